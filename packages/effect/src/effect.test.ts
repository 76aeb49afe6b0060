import { randomFrom } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { type Effect, effectOf } from './effect.ts'
import type { Exposure, Outcome } from './exposure.ts'
import { armOf } from './holdout.ts'
import type { Group } from './rate-difference.ts'
import { tally } from './tally.ts'
import { shareOf, tallyOf, unscored } from './testing/simulated-play.ts'

const play = 'renewal-series'
const of = (successes: number, members: number): Group => ({ members, successes })

/** Members with risks of their own, drawn into arms as in earnest, of whom the play keeps a share that would lapse. */
function simulatedEffect(
  seed: number,
  { members, share, keeps }: { members: number; share: number; keeps: number },
): Effect {
  const random = randomFrom(seed)
  const exposures: Exposure[] = []
  const outcomes: Outcome[] = []
  for (let i = 0; i < members; i++) {
    const memberId = `M-${i}`
    const risk = random() ** 2
    const arm = armOf({ salt: `salt-${seed}`, memberId, play, share, globalShare: 0.05 })
    exposures.push({ memberId, play, term: 't-2027', assignedAt: i, arm, riskBefore: risk, dues: 100 })
    if (random() >= risk * (arm === 'treated' ? 1 - keeps : 1)) outcomes.push({ memberId, play, at: i + 500 })
  }
  return effectOf(tally(exposures, outcomes, { play, windowMs: 1_000, asOf: members + 1_000 }))
}

describe('from the draw to the verdict', () => {
  test('a play with a known effect is found: its interval holds the effect 95 times of 100', () => {
    // A third would lapse, of whom the play keeps 30 %.
    const coverage = shareOf(1_000, (seed) => {
      const { difference } = simulatedEffect(seed, { members: 300, share: 0.3, keeps: 0.3 }).uplift!
      return difference.low <= 0.1 && difference.high >= 0.1
    })
    expect(coverage).toBeGreaterThanOrEqual(0.93)
    expect(coverage).toBeLessThanOrEqual(0.97)
  })

  test('a play that does nothing is said to help or hurt in 5 of 100 at most', () => {
    const alarmed = shareOf(500, (seed) => {
      const { verdict } = simulatedEffect(seed, { members: 400, share: 0.2, keeps: 0 })
      return verdict.kind === 'helps' || verdict.kind === 'hurts'
    })
    expect(alarmed).toBeLessThanOrEqual(0.05)
  })

  test('a strong play is said to help', () => {
    const { verdict, uplift, saved } = simulatedEffect(7, { members: 3_000, share: 0.3, keeps: 0.5 })
    expect(verdict).toEqual({ kind: 'helps' })
    expect(uplift?.adjusted).toBe(true)
    expect(saved?.dues?.value).toBeCloseTo(100 * saved!.members.value, 6)
  })
})

describe('an effect', () => {
  test('saves as many members and dues as the uplift makes of the treated', () => {
    const treated = { ...unscored(of(900, 1_000)), withDues: 990, dues: 99_000 }
    const { uplift, saved } = effectOf({ treated, control: unscored(of(800, 1_000)), waiting: 0 })
    expect(uplift?.difference.value).toBeCloseTo(0.1, 12)
    expect(uplift?.relative?.value).toBeCloseTo(0.125, 12)
    expect(saved?.members.value).toBeCloseTo(100, 9)
    expect(saved?.members.low).toBeCloseTo(1_000 * uplift!.anyTime.low, 9)
    expect(saved?.dues?.value).toBeCloseTo(9_900, 9)
    expect(saved?.dues?.low).toBeCloseTo(99_000 * uplift!.anyTime.low, 9)
    expect(saved?.dues?.high).toBeCloseTo(99_000 * uplift!.anyTime.high, 9)
    expect(saved?.withoutDues).toBe(10)
  })

  test('has a wider interval for any time than for one look', () => {
    const { difference, anyTime } = effectOf(tallyOf(of(90, 100), of(80, 100))).uplift!
    expect(anyTime.low).toBeLessThan(difference.low)
    expect(anyTime.high).toBeGreaterThan(difference.high)
  })

  test('has no dues where none are known, no ratio to nothing, and no uplift without a control', () => {
    expect(effectOf(tallyOf(of(90, 100), of(80, 100))).saved?.dues).toBeUndefined()
    expect(effectOf(tallyOf(of(9, 10), of(0, 10))).uplift?.relative).toBeUndefined()
    const alone = effectOf(tallyOf(of(9, 10), of(0, 0)))
    expect([alone.uplift, alone.saved, alone.proposedForRetirement]).toEqual([undefined, undefined, false])
  })

  test('tells how probable it is that the play helps at all', () => {
    expect(effectOf(tallyOf(of(50, 100), of(50, 100))).uplift?.helpsProbability).toBeCloseTo(0.5, 6)
    // SciPy: stats.beta(720.5, 180.5) above stats.beta(76.5, 24.5).
    expect(effectOf(tallyOf(of(720, 900), of(76, 100))).uplift?.helpsProbability).toBeCloseTo(0.82754, 3)
  })
})
