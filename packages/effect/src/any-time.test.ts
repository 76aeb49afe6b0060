import { randomFrom } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { anyTimeInterval, anyTimeReach, holdsAnyTime } from './any-time.ts'
import type { Group } from './rate-difference.ts'
import { shareOf } from './testing/simulated-play.ts'

type Life = Readonly<{ seed: number; weekly: number; controlShare: number; rate: number; effect: number }>

type Counts = { members: number; successes: number }

/** In how many of 1,000 lives of a play the true effect is left out in one of 104 weekly looks. */
function everWrong(life: Life, holds: (treated: Group, control: Group) => boolean): number {
  const random = randomFrom(life.seed)
  return shareOf(1_000, () => {
    const arms: [Counts, Counts] = [
      { members: 0, successes: 0 },
      { members: 0, successes: 0 },
    ]
    for (let week = 0; week < 104; week++) {
      for (let i = 0; i < life.weekly; i++) {
        const isControl = random() < life.controlShare
        const arm = arms[isControl ? 1 : 0]
        arm.members++
        if (random() < life.rate + (isControl ? 0 : life.effect)) arm.successes++
      }
      if (arms[0].members > 0 && arms[1].members > 0 && !holds(...arms)) return true
    }
    return false
  })
}

describe('looking every week for two years is wrong in 5 of 100 plays at most', () => {
  test.each([
    { seed: 1, weekly: 10, controlShare: 0.5, rate: 0.8, effect: 0 },
    { seed: 2, weekly: 40, controlShare: 0.1, rate: 0.8, effect: 0 },
    // The hard ones: a small control in which next to nobody fails, or succeeds.
    { seed: 3, weekly: 30, controlShare: 0.05, rate: 0.95, effect: 0 },
    { seed: 4, weekly: 30, controlShare: 0.1, rate: 0.03, effect: 0 },
    { seed: 5, weekly: 20, controlShare: 0.2, rate: 0.8, effect: 0.05 },
  ])('%o', (life) => {
    const holds = (treated: Group, control: Group) => holdsAnyTime(treated, control, { difference: life.effect })
    expect(everWrong(life, holds)).toBeLessThanOrEqual(0.05)
  })

  test('while looking as if each look were the only one is wrong in far more of them', () => {
    const life = { seed: 6, weekly: 20, controlShare: 0.5, rate: 0.8, effect: 0 }
    // What `differenceInterval` comes to in groups of this size.
    const holds = (treated: Group, control: Group) => {
      const rate = (treated.successes + control.successes) / (treated.members + control.members)
      const error = Math.sqrt(rate * (1 - rate) * (1 / treated.members + 1 / control.members))
      const difference = treated.successes / treated.members - control.successes / control.members
      return Math.abs(difference) <= 1.96 * error
    }
    expect(everWrong(life, holds)).toBeGreaterThan(0.2)
  })
})

describe('the interval for any time', () => {
  test('ends where a difference is no longer held', () => {
    const groups = [
      { members: 300, successes: 250 },
      { members: 40, successes: 30 },
    ] as const
    const { low, high } = anyTimeInterval(...groups)
    for (const difference of [low + 1e-5, high - 1e-5]) expect(holdsAnyTime(...groups, { difference })).toBe(true)
    for (const difference of [low - 1e-5, high + 1e-5]) expect(holdsAnyTime(...groups, { difference })).toBe(false)
  })

  test('lies around what was seen, and narrows with the members', () => {
    const widths = [10, 100, 1_000, 10_000].map((n) => {
      const { low, high } = anyTimeInterval({ members: n, successes: 0.8 * n }, { members: n, successes: 0.7 * n })
      expect(low).toBeLessThan(0.1)
      expect(high).toBeGreaterThan(0.1)
      return high - low
    })
    expect(widths).toEqual(widths.toSorted((a, b) => b - a))
  })

  test('reaches as many errors as the formula says where the rates are normal enough', () => {
    const { low, high } = anyTimeInterval(
      { members: 40_000, successes: 20_000 },
      { members: 40_000, successes: 20_000 },
    )
    const error = Math.sqrt(0.5 / 40_000)
    expect(high / error).toBeCloseTo(anyTimeReach(20_000), 2)
    expect(-low / error).toBeCloseTo(anyTimeReach(20_000), 2)
    expect(anyTimeReach(20_000)).toBeCloseTo(Math.sqrt((1 + 1 / 1_250) * Math.log(1_251 / 0.05 ** 2)), 12)
  })

  test('is cut by an adjustment as its variance is', () => {
    const group = { members: 4_000, successes: 2_000 }
    const [all, half] = [anyTimeInterval(group, group), anyTimeInterval(group, group, 0.5)]
    expect(half.high / all.high).toBeGreaterThan(Math.SQRT1_2 * 0.97)
    expect(half.high / all.high).toBeLessThan(Math.SQRT1_2 * 1.03)
  })

  test('does not call nobody of nobody an effect', () => {
    const { low, high } = anyTimeInterval({ members: 500, successes: 500 }, { members: 3, successes: 3 })
    expect(low).toBeLessThan(0)
    expect(low).toBeGreaterThanOrEqual(-1)
    expect(high).toBeGreaterThan(0)
  })
})
