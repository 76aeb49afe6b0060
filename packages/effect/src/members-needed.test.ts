import { randomFrom } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { anyTimeReach, holdsAnyTime } from './any-time.ts'
import { DEFAULT_CRITERIA, membersNeeded } from './members-needed.ts'
import { drawnGroup, shareOf } from './testing/simulated-play.ts'

const plan = { rate: 0.8, controlShare: 0.5, minimumEffect: 0.1, power: 0.8 }

test.each([
  plan,
  { ...plan, power: 0.9 },
  { ...plan, rate: 0.3, controlShare: 0.2 },
  { ...plan, rate: 0.7, minimumEffect: 0.2 },
])('with so many members the effect is found as often as was asked for: %o', (plan) => {
  const needed = membersNeeded(plan)
  const control = Math.round(needed * plan.controlShare)
  const random = randomFrom(needed)
  const found = shareOf(1_000, () => {
    const treated = drawnGroup(random, needed - control, plan.rate + plan.minimumEffect)
    return !holdsAnyTime(treated, drawnGroup(random, control, plan.rate), { difference: 0 })
  })
  expect(found).toBeGreaterThan(plan.power - 0.05)
  expect(found).toBeLessThan(plan.power + 0.05)
})

test('more are needed for smaller effects, greater power and smaller controls; fewer with a score that predicts', () => {
  const needed = membersNeeded(plan)
  expect(membersNeeded({ ...plan, minimumEffect: 0.05 })).toBeGreaterThan(4 * needed)
  expect(membersNeeded({ ...plan, power: 0.9 })).toBeGreaterThan(needed)
  expect(membersNeeded({ ...plan, controlShare: 0.1 })).toBeGreaterThan(2 * needed)
  expect(membersNeeded({ ...plan, varianceLeft: 0.6 }) / needed).toBeCloseTo(0.6, 1)
})

test('one member less is not enough, by the formula', () => {
  const { rate, controlShare, minimumEffect } = plan
  const varianceLeft = 0.6
  const needed = membersNeeded({ ...plan, varianceLeft })
  const variance = (0.9 * 0.1) / (1 - controlShare) + (rate * (1 - rate)) / controlShare
  const found = (n: number) => {
    const reach = anyTimeReach((n * controlShare * (1 - controlShare)) / varianceLeft)
    return (reach + 0.8416212335729143) * Math.sqrt((varianceLeft * variance) / n)
  }
  expect(found(needed)).toBeLessThanOrEqual(minimumEffect)
  expect(found(needed - 1)).toBeGreaterThan(minimumEffect)
})

test('no number is enough without a control, or with nothing else', () => {
  expect(membersNeeded({ ...plan, controlShare: 0 })).toBe(Infinity)
  expect(membersNeeded({ ...plan, controlShare: 1 })).toBe(Infinity)
})

test('where nearly everybody succeeds anyway, the play cannot do more than win the rest', () => {
  expect(membersNeeded({ ...plan, ...DEFAULT_CRITERIA, rate: 0.99 })).toBeGreaterThan(0)
})

test('criteria that are none are refused', () => {
  for (const minimumEffect of [0, 1, -0.1, 5, Number.NaN])
    expect(() => membersNeeded({ ...plan, minimumEffect })).toThrow('0.05 for five points')
  for (const power of [0, 1, 80, Number.NaN])
    expect(() => membersNeeded({ ...plan, power })).toThrow('0.8 is the custom')
})
