import { anyRowOf, day, rowOf, START, WITH_OPEN, withMore } from '@perennial/features/testing'
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, newRows, type Rows, SLOT, slot, STATUS } from '@perennial/member'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RISK_STEP } from './risk-step.ts'
import { createScorer } from './scorer.ts'
import { starterModel } from './starter-model.ts'
import { BOOSTED } from './testing/trained-models.ts'

const starter = starterModel()
const scorer = createScorer(starter)
/** The starter with the weights turned round: risk falls in silence, and dates lower it. */
const contrary = createScorer({
  ...starter,
  features: starter.features.map((feature) => ({ ...feature, weight: -feature.weight })),
})
const bent = createScorer({
  ...starter,
  calibration: { kind: 'isotonic', from: [-2, -1, -0.8, 1], to: [-2.2, -1.8, 0, 0.4], slope: 0.9 },
})
const boosted = createScorer(BOOSTED, WITH_OPEN)

const level = fc.double({ min: 0.02, max: 0.95, noNaN: true })
/** How exactly the instant of a crossing is known, of a risk that has followed from time alone since `asOf`. */
const tolerance = (asOf: EpochMs, at: EpochMs) => Math.max(MINUTE_MS, (at - asOf) / 1000) + 1

const wait = fc.integer({ min: 0, max: 800 * DAY_MS })

/** Instants between two, close together at the beginning and evenly spread. */
function between(from: EpochMs, to: EpochMs): EpochMs[] {
  const reach = to - from
  return Array.from(
    { length: 150 },
    (_, k) => from + Math.round(k % 2 === 0 ? (reach * k) / 150 : reach * 10 ** (-k / 15)),
  )
}

describe.each([
  ['starter', scorer],
  ['contrary', contrary],
  ['a broken line', bent],
  ['trees', boosted],
] as const)('%s', (_, scorer) => {
  const anyRow = anyRowOf(scorer.vocabulary)

  test('since then the risk is at the level or above it, and just before it is not', () => {
    fc.assert(
      fc.property(anyRow, level, wait, (rows, level, waited) => {
        const at = START + waited
        const found = scorer.riskAbove(rows, 0, level, at)
        const risk = (t: EpochMs) => scorer.lapseRisk(rows, 0, t)
        if (found === undefined) return
        expect(found.kind).toBe(risk(at) >= level ? 'above' : 'below')
        if (found.kind === 'below') return
        const latestFact = slot(rows, 0, SLOT.asOf)
        for (const t of between(found.since, at)) expect(risk(t)).toBeGreaterThanOrEqual(level - 1e-9)
        const before = found.since > latestFact ? risk(found.since - tolerance(latestFact, found.since)) : 0
        expect(before).toBeLessThan(level)
        // Asked later, it says the same, unless the risk was below meanwhile.
        const later = scorer.riskAbove(rows, 0, level, at + 5 * HOUR_MS)
        const says = later?.kind === 'above' && later.since <= at ? later : found
        expect(says).toEqual(found)
      }),
      { numRuns: 300 },
    )
  })

  test('until then the risk is below the level', () => {
    fc.assert(
      fc.property(anyRow, level, wait, (rows, level, waited) => {
        const at = START + waited
        const found = scorer.riskAbove(rows, 0, level, at)
        if (found?.kind !== 'below' || found.until <= at + tolerance(slot(rows, 0, SLOT.asOf), at)) return
        for (const t of between(at, Math.min(found.until - 1, at + 2000 * DAY_MS)))
          expect(scorer.lapseRisk(rows, 0, t)).toBeLessThan(level - RISK_STEP)
      }),
      { numRuns: 300 },
    )
  })

  test('looked at again when it may be so, as the agenda does, it is found in time', () => {
    fc.assert(
      fc.property(anyRow, level, (rows, level) => {
        let at = START
        let found = scorer.riskAbove(rows, 0, level, at)
        for (let looks = 0; looks < 30 && found?.kind === 'below' && found.until < Infinity; looks++) {
          at = found.until + DAY_MS
          found = scorer.riskAbove(rows, 0, level, at)
        }
        // Above from the beginning, it is not found by silence.
        const since = found?.kind === 'above' && at > START ? found.since : at
        expect(at).toBeLessThanOrEqual(since + DAY_MS + tolerance(slot(rows, 0, SLOT.asOf), at))
      }),
      { numRuns: 100 },
    )
  })
})

test('silence takes a risk over a level, and since when is worked out', () => {
  const rows = silentRow()
  const level = scorer.lapseRisk(rows, 0, START + 20 * DAY_MS)
  const found = scorer.riskAbove(rows, 0, level, START + 50 * DAY_MS)
  const since = found?.kind === 'above' ? found.since : 0
  expect(Math.abs(since - START - 20 * DAY_MS)).toBeLessThan(tolerance(day(-60), day(20)))
})

/** A member who has been silent for long, at a risk that the starter tells on the day of their latest fact. */
function silentRow(slots: Partial<Record<keyof typeof SLOT, number>> = {}): Rows {
  return rowOf({ joinedAt: day(-900), status: STATUS.active, ...slots }, [{ signal: 'login', at: day(-60) }])
}

describe('what a fact that came lately hides', () => {
  const { exit } = starter.bands.high
  /** Silent for two months, and an hour ago a colleague of another team called. */
  const called = (slots = {}) => withMore(silentRow(slots), [{ signal: 'contacted_elsewhere', at: START - HOUR_MS }])
  const inHigh = { band: 3, bandSince: day(-40) }
  const risk = scorer.lapseRisk(called(), 0, START)

  test('the row cannot vouch for more than the time since', () => {
    expect(risk).toBeGreaterThan(exit)
    expect(scorer.riskAbove(called(), 0, exit, START)).toEqual({ kind: 'above', since: START - HOUR_MS })
  })

  test('but the band can: it would have been left below its exit threshold, once its hold was over', () => {
    const since = day(-40 + starter.bands.holdDays.fall)
    expect(scorer.riskAbove(called(inHigh), 0, exit, START)).toEqual({ kind: 'above', since })
  })

  test('and of a level above that threshold the band says nothing', () => {
    expect(scorer.riskAbove(called(inHigh), 0, exit + 0.001, START)).toEqual({ kind: 'above', since: START - HOUR_MS })
  })

  test('a band that is still held says nothing of the time before its hold is over', () => {
    const found = scorer.riskAbove(called({ band: 3, bandSince: day(-2) }), 0, exit, START)
    expect(found).toEqual({ kind: 'above', since: START - HOUR_MS })
  })
})

test('where facts may lift the risk over the level unheard, it is certain only that it is below now', () => {
  const rows = silentRow()
  const risk = scorer.lapseRisk(rows, 0, START)
  expect(scorer.riskAbove(rows, 0, risk + RISK_STEP - 0.001, START)).toEqual({ kind: 'below', until: START })
  expect(scorer.riskAbove(rows, 0, risk + RISK_STEP + 0.01, START)).not.toEqual({ kind: 'below', until: START })
  // What was told last was higher: up to a step above that nobody hears of a rise.
  const told = silentRow({ emittedRisk: risk + 0.04 })
  expect(scorer.riskAbove(told, 0, risk + RISK_STEP + 0.01, START)).toEqual({ kind: 'below', until: START })
})

test('there is no risk to tell of somebody who has lapsed, or of whom nothing was heard', () => {
  expect(scorer.riskAbove(silentRow({ status: STATUS.lapsed }), 0, 0.1, START)).toBeUndefined()
  expect(scorer.riskAbove(newRows(1), 0, 0.1, START)).toBeUndefined()
})
