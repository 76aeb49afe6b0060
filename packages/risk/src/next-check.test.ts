import { anyRow, anyRowOf, day, rowOf, START, WITH_OPEN } from '@perennial/features/testing'
import { DAY_MS, type EpochMs, type Rows, SLOT, YEAR_MS } from '@perennial/member'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BandNumber, bandNumber } from './bands.ts'
import { LEAST_STEP_MS } from './next-check.ts'
import type { BoostedModel } from './model.ts'
import { createScorer, type Scorer } from './scorer.ts'
import { starterModel } from './starter-model.ts'
import { anyBoosted, anyHazard } from './testing/any-model.ts'
import { SIMULATED_NOW, simulatedMembers } from './testing/simulated-members.ts'
import { BOOSTED } from './testing/trained-models.ts'

const starter = starterModel()
const held = createScorer({ ...starter, bands: { ...starter.bands, holdDays: { rise: 2, fall: 30 } } })
const scorer = createScorer(starter)
const END = START + 3 * YEAR_MS

/** The starter with the weights turned round: risk falls in silence, and dates lower it. */
const contrary = createScorer({
  ...starter,
  features: starter.features.map((feature) => ({ ...feature, weight: -feature.weight })),
})
/** Without the features that happen to share the step dates of these. */
const times = new Set(['silence', 'overdue', 'tenure'])
const timesOnly = createScorer({ ...starter, features: starter.features.filter(({ name }) => times.has(name)) })

/** All of it in the features that are called one by one, some falling. */
const callsOnly = createScorer({
  ...starter,
  intercept: { value: 2, reason: '' },
  features: starter.features
    .filter(({ name }) => name === 'renewal_window' || name === 'fresh_decision')
    .map((feature) => ({ ...feature, weight: feature.name === 'renewal_window' ? -3 : 2 })),
})

/** What can be said of any activity, with open signals, that happens to step or to move by itself. */
const anyActivity = createScorer(
  {
    ...starter,
    intercept: { value: -2, reason: '' },
    features: Object.entries({
      streams_365: -0.9,
      days_since_activity: 0.4,
      activity_90: -0.5,
      'sum_30:code.merged': -0.4,
      'sum_90:forum.warned': 0.6,
    }).map(([name, weight]) => ({ name, weight, mean: 0, sd: 1, reason: '' })),
  },
  WITH_OPEN,
)

/** What the row's band becomes at `at`. */
function bandAt({ nextBand, lapseRisk }: Scorer, rows: Rows, at: EpochMs): BandNumber {
  const band = bandNumber(rows.f64[SLOT.band] ?? 0)
  return nextBand(band, rows.f64[SLOT.bandSince] ?? 0, lapseRisk(rows, 0, at), at)
}

type Crossing = Readonly<{ band: BandNumber; at: EpochMs; looks: number }>

/** Lets time pass over the row, looking at each answer of nextCheck and at `extra` instants besides. */
function walk(scorer: Scorer, rows: Rows, from: EpochMs, extra: readonly EpochMs[] = []): readonly Crossing[] {
  const crossings: Crossing[] = []
  let looks = 0
  for (let at = from; at < END; looks++) {
    const band = bandAt(scorer, rows, at)
    if (band !== rows.f64[SLOT.band]) {
      crossings.push({ band, at, looks })
      looks = 0
      rows.f64[SLOT.band] = band
      rows.f64[SLOT.bandSince] = at
    }
    const next = scorer.nextCheck(rows, 0, at)
    expect(next).toBeGreaterThanOrEqual(at + LEAST_STEP_MS)
    const now = at
    at = Math.min(next, ...extra.filter((other) => other > now))
  }
  return crossings
}

/** Trees on what falls, rises, steps and is called one by one, with edges in reach. */
const trees: BoostedModel = {
  ...BOOSTED,
  intercept: { value: -0.4, reason: 'fitted' },
  features: [
    'silence',
    'activity_90',
    'sum_365:code.merged',
    'renewal_window',
    'fresh_decision',
    'days_since_activity',
    'streams_365',
  ].map((name) => ({ name, mean: 1, sd: 1, reason: 'fitted' })),
  trees: Array.from({ length: 40 }, (_, t) => ({
    columns: [t % 7, (3 * t + 1) % 7, (5 * t + 2) % 7],
    thresholds: [0.1 + ((t * 37) % 29) / 10, ((t * 11) % 17) / 12, ((t * 23) % 31) / 9],
    values: [-0.12, 0.09, -0.05, 0.15].map((value, leaf) => (((t + leaf) % 5) - 1.5) * value),
    shares: [0.25, 0.25, 0.25, 0.25],
  })),
  covariance: Array.from({ length: 36 }, () => 0),
  engagement: { ...BOOSTED.engagement, weights: {} },
}
const boosted = createScorer(trees, WITH_OPEN)
const steep = createScorer(
  { ...trees, calibration: { kind: 'isotonic', from: [-1.5, -0.6, -0.2, 0.9], to: [-3, -0.7, -0.5, 1], slope: 0.7 } },
  WITH_OPEN,
)
/** The starter's weights before a broken line with a steep piece in the middle. */
const bent = createScorer({
  ...starter,
  calibration: { kind: 'isotonic', from: [-2, -1, -0.8, 1], to: [-2.2, -1.8, 0, 0.4], slope: 0.9 },
})

const band = fc.constantFrom(0, 1, 2, 3)
const sinceDays = fc.integer({ min: -100, max: 0 })
const wait = fc.integer({ min: 0, max: 800 * DAY_MS })

describe.each([
  ['starter', scorer],
  ['long holds', held],
  ['contrary', contrary],
  ['times only', timesOnly],
  ['calls only', callsOnly],
  ['any activity', anyActivity],
  ['trees', boosted],
  ['trees and a broken line', steep],
  ['weights and a broken line', bent],
] as const)('%s', (_, scorer) => {
  const anyRow = anyRowOf(scorer.vocabulary)

  test('no band change lies before the answer', () => {
    fc.assert(
      fc.property(anyRow, band, sinceDays, wait, (rows, band, since, waited) => {
        const at = START + waited
        rows.f64[SLOT.band] = band
        rows.f64[SLOT.bandSince] = day(since)
        if (bandAt(scorer, rows, at) !== band) return
        const next = scorer.nextCheck(rows, 0, at)
        if (next <= at + LEAST_STEP_MS) return
        const reach = Math.min(next - 1, END + YEAR_MS) - at
        for (let k = 1; k <= 200; k++) {
          const t = at + Math.round(k % 2 === 0 ? (reach * k) / 200 : reach * 10 ** (-k / 20))
          expect(bandAt(scorer, rows, t)).toBe(band)
        }
        expect(bandAt(scorer, rows, at + reach)).toBe(band)
      }),
      { numRuns: 400 },
    )
  })

  test('a change that is due at once is looked at after the least step', () => {
    fc.assert(
      fc.property(anyRow, band, wait, (rows, band, waited) => {
        rows.f64[SLOT.band] = band
        if (bandAt(scorer, rows, START + waited) === band) return
        expect(scorer.nextCheck(rows, 0, START + waited)).toBe(START + waited + LEAST_STEP_MS)
      }),
    )
  })

  test('every crossing is noticed within a second of the true one', () => {
    fc.assert(
      fc.property(anyRow, (rows) => {
        const again: Rows = { ...rows, f64: rows.f64.slice() }
        for (const crossing of walk(scorer, rows, START)) {
          // The row as it was before this crossing: a second earlier its band had not changed yet.
          // The first band is given at once.
          const early = crossing.at === START ? again.f64[SLOT.band] : bandAt(scorer, again, crossing.at - 1000)
          expect(early).toBe(again.f64[SLOT.band])
          expect(bandAt(scorer, again, crossing.at)).toBe(crossing.band)
          again.f64[SLOT.band] = crossing.band
          again.f64[SLOT.bandSince] = crossing.at
        }
      }),
      { numRuns: 200 },
    )
  })

  test('looking more often changes neither the bands nor, beyond a second, their times', () => {
    fc.assert(
      fc.property(anyRow, fc.array(wait, { maxLength: 30 }), (rows, waits) => {
        const again: Rows = { ...rows, f64: rows.f64.slice() }
        const seldom = walk(scorer, rows, START)
        const often = walk(
          scorer,
          again,
          START,
          waits.map((ms) => START + ms),
        )
        expect(often.map(({ band }) => band)).toEqual(seldom.map(({ band }) => band))
        often.forEach(({ at }, k) => expect(Math.abs(at - (seldom[k]?.at ?? 0))).toBeLessThan(1000))
      }),
      { numRuns: 200 },
    )
  })
})

test('of any trained model no band change lies before the answer', () => {
  const anyModel = fc.oneof(anyHazard, anyBoosted)
  fc.assert(
    fc.property(anyModel, anyRowOf(WITH_OPEN), wait, (model, rows, waited) => {
      const scorer = createScorer(model, WITH_OPEN)
      const at = START + waited
      rows.f64[SLOT.band] = bandAt(scorer, rows, at)
      const { [SLOT.band]: band } = rows.f64
      const next = scorer.nextCheck(rows, 0, at)
      if (next <= at + LEAST_STEP_MS) return
      const reach = Math.min(next - 1, END + YEAR_MS) - at
      for (let k = 1; k <= 200; k++) {
        const t = at + Math.round(k % 2 === 0 ? (reach * k) / 200 : reach * 10 ** (-k / 20))
        expect(bandAt(scorer, rows, t)).toBe(band)
      }
    }),
    { numRuns: 400 },
  )
})

test('few looks until a crossing', () => {
  const looks: number[] = []
  const members = simulatedMembers(1_000, 3)
  const rows = rowOf({})
  const size = rows.f64.length
  for (let i = 0; i < members.capacity; i++) {
    rows.f64.set(members.f64.subarray(i * size, (i + 1) * size))
    // The first is the first band, given at once.
    looks.push(
      ...walk(scorer, rows, SIMULATED_NOW)
        .map(({ looks }) => looks)
        .slice(1),
    )
  }
  looks.sort((a, b) => a - b)
  const at = (share: number) => looks[Math.floor(share * looks.length)] ?? 0
  expect(looks.length).toBeGreaterThan(1_000)
  expect(at(0.5)).toBeLessThanOrEqual(6)
  expect(at(0.99)).toBeLessThanOrEqual(20)
})

test('a fall that is held is looked at when the hold ends, not before', () => {
  const rows = rowOf({ joinedAt: day(-2000), band: 3, bandSince: day(-2) }, [
    { signal: 'service', at: day(0), amount: 9 },
  ])
  expect(scorer.lapseRisk(rows, 0, START)).toBeLessThan(starter.bands.medium.exit)
  expect(scorer.nextCheck(rows, 0, START)).toBe(day(-2 + starter.bands.holdDays.fall))
  rows.f64[SLOT.bandSince] = day(-30)
  expect(scorer.nextCheck(rows, 0, START)).toBe(START + LEAST_STEP_MS)
})

test('asked right after scoring, the answer is the same without scoring again', () => {
  fc.assert(
    fc.property(anyRow, band, wait, (rows, band, waited) => {
      const at = START + waited
      scorer.lapseRisk(rows, 0, at)
      rows.f64[SLOT.band] = band
      const next = scorer.nextCheckAsScored(rows, 0)
      expect(next).toBe(scorer.nextCheck(rows, 0, at))
    }),
  )
})

test('step dates are looked at even where no band is near', () => {
  const rows = rowOf({ joinedAt: day(-2000), termEnd: day(100), autoRenew: 2, band: 1 }, [
    { signal: 'service', at: day(0), amount: 50 },
  ])
  const dates: EpochMs[] = []
  for (let at = START; at <= day(100); at = scorer.nextCheck(rows, 0, at)) dates.push(at)
  expect(dates).toContain(day(10))
  expect(dates).toContain(day(100))
})

test('what never happens is never', () => {
  // High, nothing that lowers the risk by itself, and no tenure that grows.
  const rows = rowOf({ band: 3, firstAt: day(-2000), lastAt: day(-2000) })
  expect(scorer.lapseRisk(rows, 0, START)).toBeGreaterThan(0.8)
  expect(scorer.nextCheck(rows, 0, START)).toBe(Infinity)
})
