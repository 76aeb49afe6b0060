import { DAY_MS } from '@perennial/member'
import { effectOf } from '@perennial/effect'
import { sampleRow } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { memberReached } from './count.ts'
import { savedProgress, shareProgress } from './progress.ts'

const NOW = Date.UTC(2026, 10, 23)
const day = (days: number) => NOW + days * DAY_MS

describe('a share', () => {
  test.each([
    ['at the target', 90, 100, 'on-track'],
    ['above it', 100, 100, 'on-track'],
    ['below by no more than chance', 87, 100, 'not-enough-data'],
    ['below beyond chance', 80, 100, 'behind'],
    ['the same share of more members', 870, 1_000, 'behind'],
    ['all of a handful', 19, 19, 'not-enough-data'],
    ['none of a handful', 0, 19, 'not-enough-data'],
    ['nobody', 0, 0, 'not-enough-data'],
  ])('%s', (_, reached, members, state) => {
    expect(shareProgress({ target: 0.9 }, { reached, members }).state).toBe(state)
  })

  test('tells value, interval and how much of the target that is', () => {
    const { value, low, high, ratio, expected } = shareProgress({ target: 0.8 }, { reached: 30, members: 40 })
    expect([value, ratio, expected]).toEqual([0.75, 0.9375, 0.8])
    // The ends are the shares from which 0.75 of 40 lies just 1.645 standard errors away.
    for (const end of [low ?? 0, high ?? 0])
      expect(Math.abs(0.75 - end) / Math.sqrt((end * (1 - end)) / 40)).toBeCloseTo(1.645, 3)
    expect([low, high].map((end) => (end ?? 0) > 0.75)).toEqual([false, true])
  })
})

describe('what plays save', () => {
  const arm = (members: number, successes: number) => ({
    members,
    successes,
    scored: 0,
    scoredSuccesses: 0,
    risk: 0,
    riskSquared: 0,
    riskOfSuccesses: 0,
    withDues: members,
    dues: 100 * members,
  })
  const effect = (members: number, treated: number, control: number) =>
    effectOf({ treated: arm(members, treated), control: arm(members, control), waiting: 0 })
  const goal = (target: number) => ({ metric: 'saved-members', target, from: day(-50), until: day(50) }) as const

  test('is held against as much of the target as of the time has passed', () => {
    const strong = effect(4_000, 3_400, 3_000)
    expect(savedProgress(goal(700), strong, NOW)).toMatchObject({ expected: 350, state: 'on-track', members: 8_000 })
    expect(savedProgress(goal(3_000), strong, NOW).state).toBe('behind')
    expect(savedProgress(goal(3_000), strong, day(-51)).expected).toBe(0)
    expect(savedProgress(goal(3_000), strong, day(500)).expected).toBe(3_000)
    expect(savedProgress({ ...goal(70_000), metric: 'saved-dues' }, strong, NOW)).toMatchObject({ state: 'on-track' })
  })

  test('is not told while there are too few members, or nobody at all', () => {
    expect(savedProgress(goal(1), effect(10, 9, 5), NOW).state).toBe('not-enough-data')
    expect(savedProgress(goal(1), undefined, NOW)).toMatchObject({ state: 'not-enough-data', value: undefined })
  })
})

describe('a member', () => {
  const goal = { metric: 'renewal-rate', from: day(-200), until: day(100) } as const
  const term = (start: number, end: number) => ({ term: { start: day(start), end: day(end) } })
  const joined = { joinedAt: day(-1_000) }

  test.each([
    ['whose term ended and who renewed', { ...joined, ...term(-100, 265) }, true],
    ['whose term ended and who did not', { ...joined, ...term(-465, -100) }, false],
    ['whose term ended a week ago: too early', { ...joined, ...term(-372, -7) }, undefined],
    ['who renewed a week ago: too early as well', { ...joined, ...term(-7, 358) }, undefined],
    ['whose term runs', { ...joined, ...term(-300, 65) }, undefined],
    ['of whom only the end moves', { ...joined, ...term(-1_000, 265) }, true],
    ['in the first term', { joinedAt: day(-100), ...term(-100, 265) }, undefined],
  ])('%s', (_, row, reached) => {
    expect(memberReached(goal, sampleRow(row), NOW)).toBe(reached)
  })

  test.each([
    ['with a term beyond the first year', { joinedAt: day(-400), ...term(-35, 330) }, true],
    ['who left after it', { joinedAt: day(-400), ...term(-400, -35) }, false],
    ['whose first year is not over', { joinedAt: day(-300), ...term(-300, 65) }, undefined],
    ['whose first year was long ago', { joinedAt: day(-1_000), ...term(-300, 65) }, undefined],
  ])('%s', (_, row, reached) => {
    expect(memberReached({ ...goal, metric: 'first-year-retention' }, sampleRow(row), NOW)).toBe(reached)
  })

  test('counts where the goal is for such members', () => {
    const row = sampleRow({ ...joined, ...term(-100, 265), chapter: 'Berlin' })
    expect(memberReached({ ...goal, for: { chapter: ['Berlin'] } }, row, NOW)).toBe(true)
    expect(memberReached({ ...goal, for: { chapter: ['Denver'] } }, row, NOW)).toBeUndefined()
  })
})
