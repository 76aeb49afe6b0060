import { randomFrom } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { estimateOf } from './estimate.ts'
import { DEFAULT_CRITERIA, membersNeeded } from './members-needed.ts'
import type { Group } from './rate-difference.ts'
import type { Tally } from './tally.ts'
import { shareOf, tallyOf } from './testing/simulated-play.ts'
import { isProposedForRetirement, verdictOf } from './verdict.ts'

const of = (successes: number, members: number): Group => ({ members, successes })
const judged = (tally: Tally, criteria = DEFAULT_CRITERIA) => {
  const estimate = estimateOf(tally)
  const verdict = verdictOf(tally, estimate, criteria)
  return { verdict, retire: isProposedForRetirement(verdict, estimate, criteria) }
}

describe('a play', () => {
  test('helps or hurts where the difference is beyond chance', () => {
    expect(judged(tallyOf(of(900, 1_000), of(800, 1_000)))).toEqual({ verdict: { kind: 'helps' }, retire: false })
    expect(judged(tallyOf(of(800, 1_000), of(900, 1_000)))).toEqual({ verdict: { kind: 'hurts' }, retire: true })
  })

  test('shows no effect where enough members were there to see it, and is kept while it may do what is worthwhile', () => {
    const needed = membersNeeded({ ...DEFAULT_CRITERIA, rate: 0.8, controlShare: 0.5 })
    const half = Math.ceil(needed / 2) + 20
    const seen = judged(tallyOf(of(Math.round(0.82 * half), half), of(Math.round(0.8 * half), half)))
    expect(seen).toEqual({ verdict: { kind: 'no-effect-seen' }, retire: false })
  })

  test('is proposed for retirement where it does surely less than is worthwhile', () => {
    expect(judged(tallyOf(of(8_000, 10_000), of(8_000, 10_000)))).toEqual({
      verdict: { kind: 'no-effect-seen' },
      retire: true,
    })
    const modest = { minimumEffect: 0.01, power: 0.8 }
    expect(judged(tallyOf(of(8_000, 10_000), of(8_000, 10_000)), modest).retire).toBe(false)
  })

  test('that does surely less than is worthwhile needs no more members to say so', () => {
    const worse = judged(tallyOf(of(90, 150), of(112, 150)))
    expect(worse).toEqual({ verdict: { kind: 'no-effect-seen' }, retire: true })
  })

  test('that helps, if by less than is worthwhile, is not without effect', () => {
    const small = judged(tallyOf(of(81_500, 100_000), of(80_000, 100_000)))
    expect(small).toEqual({ verdict: { kind: 'helps' }, retire: false })
  })

  test('needs about so many members more, to two digits, and less as they come', () => {
    const more = (n: number) => {
      const { verdict } = judged(tallyOf(of(0.8 * n, n), of(0.8 * n, n)))
      return verdict.kind === 'too-few' ? verdict.more : 0
    }
    const needed = membersNeeded({ ...DEFAULT_CRITERIA, rate: 0.8, controlShare: 0.5 })
    expect(more(100)! / (needed - 200)).toBeCloseTo(1, 1)
    expect(String(more(100))).toMatch(/^[0-9]{2}0*$/)
    expect(more(500)! + 800).toBeCloseTo(more(100)!, -2)
    expect(more(needed)).toBe(0)
  })

  test('cannot be told from one arm alone', () => {
    const unknown = { verdict: { kind: 'too-few', more: undefined }, retire: false }
    expect(judged(tallyOf(of(9, 9), of(0, 0)))).toEqual(unknown)
    expect(judged(tallyOf(of(0, 0), of(9, 9)))).toEqual(unknown)
  })
})

test('a play that does what is worthwhile is proposed for retirement in 5 of 100 lives of weekly looks at most', () => {
  const random = randomFrom(31)
  const criteria = { minimumEffect: 0.1, power: 0.8 }
  const retired = shareOf(500, () => {
    const arms = [of(0, 0), of(0, 0)].map((group) => ({ ...group }))
    for (let week = 0; week < 40; week++) {
      for (let i = 0; i < 20; i++) {
        const k = random() < 0.3 ? 1 : 0
        arms[k]!.members++
        if (random() < (k === 1 ? 0.7 : 0.8)) arms[k]!.successes++
      }
      if (judged(tallyOf(arms[0]!, arms[1]!), criteria).retire) return true
    }
    return false
  })
  expect(retired).toBeLessThanOrEqual(0.05)
})
