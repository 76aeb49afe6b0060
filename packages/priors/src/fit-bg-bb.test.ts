import { sharedData } from '@perennial/testkit'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectedGifts, giverAlive, type GivingHistory, type GivingModel, noGift } from './bg-bb.ts'
import { type Fit, type Fitted, standardError } from './fit.ts'
import { type CountedGiving, fitGiving, givingLogLikelihood } from './fit-bg-bb.ts'
import { type Draws, drawsFrom } from './testing/draws.ts'
import { auc, brier, logLoss, mean } from './testing/forecast-quality.ts'
import { type Donor, donors } from './testing/tables.ts'

function fitted<M>(fit: Fit<M>): Fitted<M> {
  if (fit.kind === 'refused') throw new Error(fit.message)
  return fit
}

const data = sharedData('the giving model of public-radio donors')
describe.runIf(data !== undefined)('public-radio donors, 1996 to 2001', () => {
  const people = donors(data)

  test('the model has the published parameters', () => {
    const fit = fitted(fitGiving(people))
    const { model } = fit
    const { alpha, beta, gamma, delta } = model
    const golden = [1.20352, 0.74972, 0.65672, 2.78344]
    ;[alpha, beta, gamma, delta].forEach((found, k) => expect(found).toBeCloseTo(golden[k]!, 4))
    expect(fit.logLikelihood).toBeCloseTo(-33225.5813, 3)
    expect(givingLogLikelihood(model, people)).toBeCloseTo(-33225.5813, 3)
    expect(fit.convergence).toMatchObject({ converged: true, atLimit: [] })
    expect(people.filter(({ gifts }) => gifts === 0).length).toBe(3464)
    expect(people.filter(({ gifts }) => gifts === 6).length).toBe(1203)
  })

  test('P(alive) and expected gifts are as published', () => {
    const { model } = fitted(fitGiving(people))
    const of = (gifts: number, lastYear: number) => ({ years: 6, gifts, lastYear })
    expect(giverAlive(model, of(0, 0))).toBeCloseTo(0.1081, 4)
    expect(giverAlive(model, of(2, 4))).toBeCloseTo(0.5897, 4)
    expect(giverAlive(model, of(6, 6))).toBeCloseTo(0.9304, 4)
    expect(expectedGifts(model, of(0, 0), 10)).toBeCloseTo(0.130218, 5)
    expect(expectedGifts(model, of(4, 5), 10)).toBeCloseTo(3.627968, 5)
    expect(people.reduce((sum, person) => sum + expectedGifts(model, person, 5), 0)).toBeCloseTo(12884.16, 2)
    expect(people.reduce((sum, { later }) => sum + later.filter(Boolean).length, 0)).toBe(13260)
  })

  test.each([
    ['all', () => true, 11_104, [0.7199, 0.8793, 0.117, 0.3824]],
    ['those who gave in 2001', ({ lastYear }: Donor) => lastYear === 6, 3_163, [0.3007, 0.6809, 0.1927, 0.5696]],
  ] as const)('tells who gives nothing in 2002: %s', (_, among, count, golden) => {
    const { model } = fitted(fitGiving(people))
    const forecasts = people
      .filter(among)
      .map((person) => ({ p: noGift(model, person, 1), happened: person.later[0] === false }))
    expect(forecasts.length).toBe(count)
    const base = mean(forecasts.map(({ happened }) => (happened ? 1 : 0)))
    const found = [base, auc(forecasts), brier(forecasts), logLoss(forecasts)]
    found.forEach((figure, k) => expect(figure).toBeCloseTo(golden[k]!, 4))
  })
})

const truth: GivingModel = { kind: 'bg-bb', alpha: 1.2, beta: 0.8, gamma: 0.7, delta: 2.5 }

function simulated({ alpha, beta, gamma, delta }: GivingModel, years: number, draws: Draws): GivingHistory {
  const [gives, stops] = [draws.beta(alpha, beta), draws.beta(gamma, delta)]
  let [gifts, lastYear] = [0, 0]
  for (let year = 1; year <= years && draws.uniform() >= stops; year++)
    if (draws.uniform() < gives) [gifts, lastYear] = [gifts + 1, year]
  return { years, gifts, lastYear }
}

test('recovers the parameters of simulated givers of 4 to 9 years, as closely as its standard errors say', () => {
  const draws = drawsFrom(5)
  const people = Array.from({ length: 12_000 }, (_, n) => simulated(truth, 4 + (n % 6), draws))
  const fit = fitted(fitGiving(people))
  for (const name of ['alpha', 'beta', 'gamma', 'delta'] as const) {
    const error = standardError(fit, (model) => Math.log(model[name]))!
    expect(error).toBeLessThan(0.3)
    expect(Math.abs(Math.log(fit.model[name] / truth[name]))).toBeLessThan(3 * error)
  }
})

test('however few people, no other parameters explain them better', () => {
  const parameter = fc.double({ min: Math.log(1e-2), max: Math.log(1e2), noNaN: true }).map(Math.exp)
  const others = fc.record({ alpha: parameter, beta: parameter, gamma: parameter, delta: parameter })
  fc.assert(
    fc.property(fc.nat(1e6), others, (seed, parameters) => {
      const draws = drawsFrom(seed)
      const people = Array.from({ length: 60 }, (_, n) => simulated(truth, 2 + (n % 5), draws))
      const other: GivingModel = { kind: 'bg-bb', ...parameters }
      expect(givingLogLikelihood(other, people)).toBeLessThanOrEqual(fitted(fitGiving(people)).logLikelihood + 1e-6)
    }),
    { numRuns: 20 },
  )
})

test('where few people leave two stories open it takes the likelier', () => {
  const draws = drawsFrom(168)
  const people = Array.from({ length: 60 }, (_, n) => simulated(truth, 2 + (n % 5), draws))
  const alike: GivingModel = { kind: 'bg-bb', alpha: 0.425, beta: 0.578, gamma: 4_997, delta: 1e5 }
  const fit = fitted(fitGiving(people))
  expect(fit.logLikelihood - givingLogLikelihood(alike, people)).toBeGreaterThan(0.8)
})

describe('refuses, and says why', () => {
  const faithful = { years: 5, gifts: 5, lastYear: 5 }
  const gone = { years: 5, gifts: 0, lastYear: 0 }
  const cases: readonly (readonly [string, readonly CountedGiving[], string, string])[] = [
    ['nobody', [], 'too-few', 'No year has passed'],
    ['first gifts of this year', [{ years: 0, gifts: 0, lastYear: 0 }], 'too-few', 'No year has passed'],
    ['nobody gave again', [{ ...gone, count: 90 }], 'all-left', 'Nobody has ever given again'],
    ['everybody gave', [{ ...faithful, count: 90 }], 'all-stayed', 'Everybody gave every year'],
    [
      'one year',
      [
        { years: 1, gifts: 1, lastYear: 1, count: 50 },
        { ...gone, years: 1 },
      ],
      'too-short',
      'One year',
    ],
    ['few gifts', [faithful, { ...gone, count: 90 }], 'too-few', '5 gifts after the first are too few'],
    ['few pauses', [gone, { ...faithful, count: 90 }], 'too-few', '5 years without a gift are too few'],
    ['a negative count', [{ ...gone, count: -2 }], 'impossible-counts', 'Giving history 1: count -2'],
    ['half a gift', [gone, { ...faithful, gifts: 0.5 }], 'impossible-counts', 'Giving history 2: 5 years, 0.5 gifts'],
    ['a gift to come', [{ ...faithful, lastYear: 6 }], 'impossible-counts', 'the last gift was in year 6 of 5'],
    ['more gifts than years', [{ ...faithful, lastYear: 3 }], 'impossible-counts', '5 gifts by year 3'],
    ['a last without gifts', [{ ...gone, lastYear: 2 }], 'impossible-counts', 'in year 2 without gifts'],
  ]
  test.each(cases)('%s', (_, histories, reason, message) => {
    const fit = fitGiving(histories)
    expect(fit).toMatchObject({ kind: 'refused', reason, message: expect.stringContaining(message) })
  })
})
