import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  expectedGifts,
  giverAlive,
  type GivingHistory,
  type GivingModel,
  givingTables,
  logHistory,
  noGift,
} from './bg-bb.ts'
import { logGammaRatio } from './log-gamma.ts'

// Fader, Hardie & Shang 2010, fitted to public-radio donors of 1996 … 2001.
const RADIO: GivingModel = { kind: 'bg-bb', alpha: 1.204, beta: 0.75, gamma: 0.657, delta: 2.783 }

const parameter = fc.double({ min: 0.05, max: 20, noNaN: true })
const models = fc.record({
  kind: fc.constant('bg-bb' as const),
  alpha: parameter,
  beta: parameter,
  gamma: parameter,
  delta: parameter,
})

/** All that can happen in some years. */
function everySequence(years: number): readonly (readonly boolean[])[] {
  return Array.from({ length: 2 ** years }, (_, bits) =>
    Array.from({ length: years }, (_, k) => ((bits >> k) & 1) === 1),
  )
}

function historyOf(sequence: readonly boolean[]): GivingHistory {
  return { years: sequence.length, gifts: sequence.filter(Boolean).length, lastYear: sequence.lastIndexOf(true) + 1 }
}

const chance = (model: GivingModel, sequence: readonly boolean[]) =>
  Math.exp(logHistory(givingTables(model, sequence.length), historyOf(sequence)))

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

test('the chances of all that can happen add up to 1', () => {
  fc.assert(
    fc.property(models, fc.nat(8), (model, years) => {
      expect(total(everySequence(years).map((sequence) => chance(model, sequence)))).toBeCloseTo(1, 10)
    }),
  )
})

test('gifts to come and years without are those of all that can follow', () => {
  fc.assert(
    fc.property(
      models,
      fc.array(fc.boolean(), { maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      (model, past, years) => {
        const history = historyOf(past)
        const futures = everySequence(years).map((future) => ({
          gifts: future.filter(Boolean).length,
          p: chance(model, [...past, ...future]) / chance(model, past),
        }))
        expect(expectedGifts(model, history, years)).toBeCloseTo(total(futures.map(({ gifts, p }) => gifts * p)), 9)
        expect(noGift(model, history, years)).toBeCloseTo(futures.find(({ gifts }) => gifts === 0)!.p, 9)
      },
    ),
  )
})

test('expected gifts are those of the published closed form', () => {
  // Its pole is at gamma = 1.
  const { alpha, beta, gamma, delta } = { ...RADIO, gamma: 1.7 }
  const model: GivingModel = { kind: 'bg-bb', alpha, beta, gamma, delta }
  const { years, gifts, lastYear } = { years: 6, gifts: 4, lastYear: 5 }
  const tables = givingTables(model, years)
  const share = (n: number) => Math.exp(logGammaRatio(gamma + delta, 0) - logGammaRatio(1 + delta + n, gamma - 1))
  const scale = (delta / (gamma - 1)) * Math.exp(logGammaRatio(1 + delta, gamma - 1))
  const again = (alpha + gifts) / (alpha + beta + years)
  const known = Math.exp(
    logGammaRatio(alpha, gifts) + logGammaRatio(beta, years - gifts) - logGammaRatio(alpha + beta, years),
  )
  const published =
    (again * known * scale * (share(years) - share(years + 10))) /
    Math.exp(logHistory(tables, { years, gifts, lastYear }))
  expect(expectedGifts(model, { years, gifts, lastYear }, 10)).toBeCloseTo(published, 9)
})

describe('P(alive)', () => {
  test.each([
    [0, 0, 0.11],
    [2, 4, 0.59],
    [6, 6, 0.93],
  ])('as published: %i gifts in 6 years, the last in year %i', (gifts, lastYear, alive) => {
    expect(giverAlive(RADIO, { years: 6, gifts, lastYear })).toBeCloseTo(alive, 2)
  })

  test('at the start is the share that does not stop at once', () => {
    const { gamma, delta } = RADIO
    expect(giverAlive(RADIO, { years: 0, gifts: 0, lastYear: 0 })).toBeCloseTo(delta / (gamma + delta), 12)
  })

  test('falls from year to year ahead, and the later the last gift the higher it is', () => {
    fc.assert(
      fc.property(models, fc.integer({ min: 2, max: 12 }), fc.nat(), (model, years, any) => {
        const gifts = 1 + (any % (years - 1))
        const of = (lastYear: number, ahead = 1) => giverAlive(model, { years, gifts, lastYear }, ahead)
        return of(gifts) <= of(gifts + 1) + 1e-12 && of(gifts, 2) <= of(gifts)
      }),
    )
  })
})
