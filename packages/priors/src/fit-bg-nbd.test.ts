import { sharedData } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { customerAlive, expectedPurchases, FIRST_PURCHASE, noPurchase, type PurchaseModel } from './bg-nbd.ts'
import { type Fit, type Fitted, standardError } from './fit.ts'
import { type CountedPurchases, fitPurchases, purchaseLogLikelihood } from './fit-bg-nbd.ts'
import { drawsFrom } from './testing/draws.ts'
import { auc, brier, logLoss, mean } from './testing/forecast-quality.ts'
import { simulatedPurchases } from './testing/simulated-purchases.ts'
import { buyers } from './testing/tables.ts'

function fitted<M>(fit: Fit<M>): Fitted<M> {
  if (fit.kind === 'refused') throw new Error(fit.message)
  return fit
}

const data = sharedData('purchase models of the CDNOW sample')
describe.runIf(data !== undefined)('the CDNOW sample', () => {
  const people = buyers(data)

  test('is prepared as published', () => {
    expect(people.length).toBe(2357)
    expect(people.reduce((sum, { repeats }) => sum + repeats, 0)).toBe(2457)
    expect(people.filter(({ repeats }) => repeats === 0).length).toBe(1411)
    expect(people.reduce((sum, { later }) => sum + later, 0)).toBe(1882)
  })

  test.each([
    ['bg-nbd', [0.24259, 4.4136, 0.79292, 2.42591], -9582.4292],
    ['mbg-nbd', [0.52484, 6.18309, 0.89136, 1.614], -9582.1357],
  ] as const)('%s has the published parameters', (kind, parameters, logLikelihood) => {
    const fit = fitted(fitPurchases(kind, people))
    const { r, alpha, a, b } = fit.model
    ;[r, alpha, a, b].forEach((found, k) => expect(found).toBeCloseTo(parameters[k]!, 4))
    expect(fit.logLikelihood).toBeCloseTo(logLikelihood, 4)
    expect(purchaseLogLikelihood(fit.model, people)).toBeCloseTo(logLikelihood, 4)
    expect(fit.convergence).toMatchObject({ converged: true, atLimit: [] })
  })

  const modelOf = (histories: readonly CountedPurchases[]) => fitted(fitPurchases('bg-nbd', histories)).model

  test('expects of a new customer what is published', () => {
    const model = modelOf(people)
    const weeks = [1 / 7, 1, 3, 31 + 6 / 7, 32, 52, 78]
    const golden = [0.00781, 0.05318, 0.15063, 1.04049, 1.04373, 1.44401, 1.85796]
    weeks.forEach((t, k) => expect(expectedPurchases(model, FIRST_PURCHASE, t)).toBeCloseTo(golden[k]!, 5))
  })

  test('expects of known customers what is published', () => {
    const model = modelOf(people)
    const typical = { repeats: 2, lastAt: 30.43, observedFor: 38.86 }
    expect(customerAlive(model, typical)).toBeCloseTo(0.72661, 5)
    expect(expectedPurchases(model, typical, 39)).toBeCloseTo(1.22591, 5)
    const best = people.find(({ sampleId }) => sampleId === '1516')!
    expect(best.repeats).toBe(26)
    expect(customerAlive(model, best)).toBeCloseTo(0.968854, 6)
    expect(expectedPurchases(model, best, 52)).toBeCloseTo(25.757, 3)
    const stopped = (repeats: number) => expectedPurchases(model, { repeats, lastAt: 20, observedFor: 39 }, 52)
    expect(stopped(10)).toBeCloseTo(0.34748, 5)
    expect(stopped(15)).toBeCloseTo(0.042837, 6)
    expect(stopped(20)).toBeCloseTo(0.0041593, 7)
    expect(stopped(25)).toBeCloseTo(0.00035839, 8)
  })

  test('forecasts the 39 weeks after, by number of repeats and in all', () => {
    const model = modelOf(people)
    const forecasts = people.map((person) => ({ ...person, expected: expectedPurchases(model, person, 39) }))
    const golden = [0.225, 0.523, 1.044, 1.52, 2.164, 2.654, 3.504, 6.157]
    golden.forEach((expected, x) => {
      const group = forecasts.filter(({ repeats }) => (x < 7 ? repeats === x : repeats >= 7))
      expect(mean(group.map((person) => person.expected))).toBeCloseTo(expected, 3)
    })
    expect(forecasts.reduce((sum, { expected }) => sum + expected, 0)).toBeCloseTo(1653.4, 1)
    expect(mean(forecasts.map(({ expected, later }) => Math.abs(expected - later)))).toBeCloseTo(0.7855, 4)
    expect(Math.sqrt(mean(forecasts.map(({ expected, later }) => (expected - later) ** 2)))).toBeCloseTo(1.608, 4)
  })

  test('tells who stays away for 39 weeks', () => {
    const model = modelOf(people)
    const forecasts = people.map((person) => ({ p: noPurchase(model, person, 39), happened: person.later === 0 }))
    expect(mean(forecasts.map(({ happened }) => (happened ? 1 : 0)))).toBeCloseTo(0.7098, 4)
    expect(auc(forecasts)).toBeCloseTo(0.7569, 4)
    expect(brier(forecasts)).toBeCloseTo(0.1612, 4)
    expect(logLoss(forecasts)).toBeCloseTo(0.5056, 4)
  })
})

const truth: PurchaseModel = { kind: 'mbg-nbd', r: 0.9, alpha: 8, a: 0.8, b: 2.5 }
const people = simulatedPurchases(truth, { people: 4_000, observedFor: 60, after: 0, draws: drawsFrom(20) })

test('recovers the parameters of a simulated clientele, as closely as its standard errors say', () => {
  const fit = fitted(fitPurchases('mbg-nbd', people))
  for (const name of ['r', 'alpha', 'a', 'b'] as const) {
    const error = standardError(fit, (model) => Math.log(model[name]))!
    expect(error).toBeLessThan(0.3)
    expect(Math.abs(Math.log(fit.model[name] / truth[name]))).toBeLessThan(3 * error)
  }
})

test.each([
  [
    'a few who leave at once',
    { r: 0.8, alpha: 6, a: 0.7, b: 2 },
    22,
    { r: 2.4025, alpha: 14.056, a: 0.4229, b: 0.4428 },
  ],
  ['one rate for all', { r: 0.3, alpha: 4, a: 0.8, b: 2.4 }, 64, { r: 1e5, alpha: 1_324_766, a: 0.3982, b: 0.1846 }],
])('where few people leave two stories open it takes the likelier: %s', (_, parameters, seed, likelier) => {
  const plan = { people: seed === 22 ? 60 : 40, observedFor: 40, after: 0, draws: drawsFrom(seed) }
  const few = simulatedPurchases({ kind: 'mbg-nbd', ...parameters }, plan)
  const fit = fitted(fitPurchases('mbg-nbd', few))
  const other = purchaseLogLikelihood({ kind: 'mbg-nbd', ...likelier }, few)
  expect(fit.logLikelihood).toBeGreaterThanOrEqual(other)
  expect(fit.logLikelihood).toBeLessThan(other + 0.01)
})

test('another unit of time gives the same model in that unit', () => {
  const hours = people.map((p) => ({ ...p, lastAt: p.lastAt * 168, observedFor: p.observedFor * 168 }))
  const [inWeeks, inHours] = [people, hours].map((histories) => fitted(fitPurchases('mbg-nbd', histories)))
  expect(inHours!.model.alpha / 168).toBeCloseTo(inWeeks!.model.alpha, 6)
  expect(inHours!.model.b).toBeCloseTo(inWeeks!.model.b, 6)
  const repeats = people.reduce((sum, person) => sum + person.repeats, 0)
  expect(inHours!.logLikelihood).toBeCloseTo(inWeeks!.logLikelihood - repeats * Math.log(168), 4)
})

test('a busy customer gone for long is likely to have left, not infinitely likely', () => {
  const gone = { repeats: 400, lastAt: 2, observedFor: 500 }
  expect(purchaseLogLikelihood(truth, [gone])).toBeLessThan(2_000)
  expect(purchaseLogLikelihood(truth, [gone])).toBeCloseTo(
    purchaseLogLikelihood(truth, [{ ...gone, observedFor: 600 }]),
    6,
  )
})

test('a history counted twice is two histories', () => {
  const few = people.slice(0, 500)
  const twice = fitted(fitPurchases('bg-nbd', [...few, ...few]))
  const counted = fitted(
    fitPurchases(
      'bg-nbd',
      few.map((person) => ({ ...person, count: 2 })),
    ),
  )
  expect(counted.model.a).toBeCloseTo(twice.model.a, 6)
  expect(counted.logLikelihood).toBeCloseTo(twice.logLikelihood, 6)
})

test('people who never drop out are the limit of the model', () => {
  const regulars = Array.from({ length: 200 }, (_, n) => ({ repeats: 10 + (n % 5), lastAt: 51.9, observedFor: 52 }))
  const fit = fitted(fitPurchases('bg-nbd', regulars))
  expect(fit.convergence.converged).toBe(true)
  expect(customerAlive(fit.model, regulars[0]!)).toBeGreaterThan(0.99)
})

describe('refuses, and says why', () => {
  const regular = { repeats: 3, lastAt: 20, observedFor: 50 }
  const once = { repeats: 0, lastAt: 0, observedFor: 50 }
  const cases: readonly (readonly [string, readonly CountedPurchases[], string, string])[] = [
    ['nobody', [], 'too-short', 'No time has passed'],
    ['nobody came again', [{ ...once, count: 500 }], 'all-left', 'Nobody has ever purchased again'],
    ['few repeats', [{ ...regular, count: 6 }], 'too-few', '18 repeat purchases are too few: at least 20 are needed.'],
    ['a negative count', [{ ...regular, count: -1 }], 'impossible-counts', 'Purchase history 1: count -1'],
    ['half a purchase', [once, { ...regular, repeats: 1.5 }], 'impossible-counts', 'Purchase history 2: 1.5 repeats'],
    ['a purchase to come', [{ ...regular, lastAt: 51 }], 'impossible-counts', 'at 51 is not within 0 … 50'],
    ['a last without repeats', [{ ...regular, repeats: 0 }], 'impossible-counts', 'a last purchase at 20 without'],
    ['a basket as repeats', [{ ...regular, lastAt: 0 }], 'impossible-counts', 'merge what happened at once'],
    ['no number', [{ ...regular, observedFor: Number.NaN }], 'impossible-counts', 'is not within 0 … NaN'],
  ]
  test.each(cases)('%s', (_, histories, reason, message) => {
    const fit = fitPurchases('bg-nbd', histories)
    expect(fit).toMatchObject({ kind: 'refused', reason, message: expect.stringContaining(message) })
  })
})
