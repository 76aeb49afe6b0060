import { featuresFor } from '@perennial/features'
import { anyRow, anyRowOf, day, rowOf, START, WITH_OPEN } from '@perennial/features/testing'
import { FOLD_SLOTS, SLOT, signalSlot, type Rows } from '@perennial/member'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { probability } from './log-odds.ts'
import type { StarterModel } from './model.ts'
import { topReasons } from './score.ts'
import { createScorer } from './scorer.ts'
import { starterModel } from './starter-model.ts'

const starter = starterModel()
const calibrated: StarterModel = {
  ...starter,
  id: 'calibrated',
  calibration: { kind: 'platt', slope: 0.83, intercept: -0.12 },
  features: starter.features.map((feature) => ({ ...feature, sd: 1.7 })),
}
const scorer = createScorer(starter)
const later = fc.integer({ min: 0, max: 900 }).map(day)

describe.each([starter, calibrated].map((model) => [model.id, model] as const))('%s', (_, model) => {
  const scorer = createScorer(model)

  test('contributions add up to the logit, to the last bit and in any order', () => {
    fc.assert(
      fc.property(anyRow, later, (rows, at) => {
        const { contributions, logit } = scorer.score(rows, 0, at)
        const parts = contributions.map(({ contribution }) => contribution)
        expect(parts.reduce((a, b) => a + b, 0)).toBe(logit)
        expect(parts.toReversed().reduce((a, b) => a + b, 0)).toBe(logit)
        expect(scorer.logit(rows, 0, at)).toBe(logit)
      }),
    )
  })

  test('is the formula of the model file', () => {
    const { prior, calibration } = model
    if (prior.kind !== 'shifted-beta-geometric' || calibration.kind !== 'platt') throw new Error('not the formula')
    fc.assert(
      fc.property(anyRow, later, (rows, at) => {
        const { contributions, logit } = scorer.score(rows, 0, at)
        const valueOf = new Map(contributions.map((part) => [part.feature, part]))
        let raw = model.intercept.value + Math.log(prior.alpha / (prior.beta + (valueOf.get('prior')?.value ?? 0) - 1))
        for (const { name, weight, mean, sd } of model.features) {
          const part = valueOf.get(name)
          if (part?.known === true) raw += (weight * (part.value - mean)) / sd
        }
        expect(logit).toBeCloseTo(calibration.slope * raw + calibration.intercept, 9)
      }),
    )
  })
})

/** Weighs everything that can be said with open signals. */
const everything = createScorer(
  {
    ...starter,
    features: featuresFor(WITH_OPEN).list.map(({ name }) => ({ name, weight: 0.1, mean: 0, sd: 1, reason: '' })),
  },
  WITH_OPEN,
)

test('a value computed in passes over the row is the value of the feature', () => {
  const { named } = featuresFor(WITH_OPEN)
  fc.assert(
    fc.property(anyRowOf(WITH_OPEN), later, (rows, at) => {
      for (const { feature, value, known } of everything.score(rows, 0, at).contributions.slice(2)) {
        const alone = named(feature)?.value(rows, 0, at)
        expect(known).toBe(alone !== undefined)
        expect(value).toBeCloseTo(alone ?? 0, 12)
      }
    }),
  )
})

test('every number is in its range', () => {
  fc.assert(
    fc.property(anyRow, later, (rows, at) => {
      const score = scorer.score(rows, 0, at)
      expect(score.lapseRisk).toBeGreaterThan(0)
      expect(score.lapseRisk).toBeLessThan(1)
      expect(score.lapseRisk).toBe(probability(score.logit))
      expect(score.engagementScore).toBeGreaterThanOrEqual(0)
      expect(score.engagementScore).toBeLessThanOrEqual(100)
      expect(score.horizon.at).toBeGreaterThan(at)
      expect(score.valueAtRisk).toBe(score.dues * score.lapseRisk)
      expect(JSON.parse(JSON.stringify(score))).toEqual(score)
    }),
  )
})

test('an unknown feature contributes exactly nothing and says so', () => {
  const { contributions } = scorer.score(rowOf({}), 0, START)
  const tenure = contributions.find(({ feature }) => feature === 'tenure')
  expect(tenure).toEqual({ feature: 'tenure', value: 0, known: false, contribution: 0 })
  expect(scorer.reason({ feature: 'tenure', value: 0, known: false })).toBe('no joining date on record')
})

test('the score reads what was folded, never what was made of it before', () => {
  fc.assert(
    fc.property(anyRow, later, fc.array(fc.double({ noNaN: true }), { minLength: 10 }), (rows, at, noise) => {
      const before = scorer.score(rows, 0, at)
      // Everything that is not a fold slot or a signal's: evaluation, ring.
      for (let k = FOLD_SLOTS; k < signalSlot(0); k++) rows.f64[k] = noise[k % noise.length] ?? 0
      expect(scorer.score(rows, 0, at)).toEqual(before)
    }),
  )
})

test('scores the row it is asked for', () => {
  const one = rowOf({ joinedAt: day(-500) }, [{ signal: 'login', at: day(-300) }])
  const both: Rows = { ...one, f64: new Float64Array(2 * one.slots) }
  both.f64.set(one.f64, one.slots)
  expect(scorer.score(both, 1, START)).toEqual(scorer.score(one, 0, START))
  expect(scorer.logit(both, 0, START)).not.toBe(scorer.logit(both, 1, START))
})

test('a time before the latest fact is taken as that fact’s time', () => {
  const rows = rowOf({}, [{ signal: 'login', at: day(10) }])
  expect(scorer.score(rows, 0, day(3))).toEqual(scorer.score(rows, 0, day(10)))
  expect(scorer.lapseRisk(rows, 0, day(3))).toBe(scorer.lapseRisk(rows, 0, day(10)))
})

test('the horizon is the renewal date while the term runs, else the activity horizon', () => {
  const horizon = (termEnd: number) => scorer.score(rowOf({ termEnd }), 0, START).horizon
  expect(horizon(day(30))).toEqual({ kind: 'renewal', at: day(30) })
  expect(horizon(day(0))).toEqual({ kind: 'activity', at: day(90) })
  expect(horizon(0)).toEqual({ kind: 'activity', at: day(90) })
})

test('what is at stake: dues times risk, now and for the terms that would follow', () => {
  const rows = rowOf({ joinedAt: day(-400), termEnd: day(30), dues: 200, renewals: 7 })
  const { valueAtRisk, lapseRisk, remainingTerms, futureValueAtRisk } = scorer.score(rows, 0, START)
  expect(valueAtRisk).toBe(200 * lapseRisk)
  // Just renewed for the ninth year: that term, and a year later what Fader & Hardie's DERL says.
  expect(remainingTerms).toBeGreaterThan(1 + 7.53 / 1.1)
  expect(remainingTerms).toBeLessThan(1 / (1 - 1 / 1.1))
  expect(futureValueAtRisk).toBe(valueAtRisk * remainingTerms)
})

test('a member who has lapsed is at 1, without a next look, and with the last reasons', () => {
  const rows = rowOf({ status: 2, joinedAt: day(-400), termEnd: day(-30), dues: 200 })
  const score = scorer.score(rows, 0, START)
  expect(score.lapseRisk).toBe(1)
  expect(scorer.lapseRisk(rows, 0, START)).toBe(1)
  expect(score.contributions.reduce((sum, { contribution }) => sum + contribution, 0)).toBe(score.logit)
  expect(scorer.nextCheck(rows, 0, START)).toBe(Infinity)
})

test('the reasons told are the strongest ones that raise the risk', () => {
  const rows = rowOf({ joinedAt: day(-1000), termEnd: day(20), autoRenew: 1, paymentFailedAt: day(-1) })
  const { contributions } = scorer.score(rows, 0, START)
  const told = topReasons(contributions)
  expect(told.map(({ feature }) => feature)).toEqual(['silence', 'payment_failed', 'renewal_window'])
  expect(told.map(scorer.reason)).toEqual([
    'silent for 1000 days',
    'the last payment failed',
    'renewal due in 20 days, not renewed yet',
  ])
  expect(scorer.reason({ feature: 'prior', value: 3, known: true })).toBe(
    'year 3 of membership: how many renew in that year',
  )
})

test('a model that weighs an unknown feature is refused', () => {
  const horoscope = { name: 'horoscope', weight: 1, mean: 0, sd: 1, reason: '' }
  expect(() => createScorer({ ...starter, features: [horoscope] })).toThrow("'horoscope'")
})

test('a scorer for more signals than the rows have room for reads no other row', () => {
  expect(() => everything.logit(rowOf({}), 0, START)).toThrow('made for more signals')
  expect(scorer.logit(rowOf({}, [], WITH_OPEN), 0, START)).toBe(scorer.logit(rowOf({}), 0, START))
})

test('a reason names the open signal', () => {
  const { contributions } = everything.score(rowOf({}, [{ signal: 'login', at: day(0) }], WITH_OPEN), 0, START)
  const own = contributions.find(({ feature }) => feature === 'sum_365:forum.warned')
  expect(own && everything.reason(own)).toBe('as good as no warnings over the year')
  expect(own && scorer.reason(own)).toBe('sum_365:forum.warned')
})

test('evaluation slots stand where this test believes them', () => {
  expect(SLOT.band).toBeGreaterThanOrEqual(FOLD_SLOTS)
})
