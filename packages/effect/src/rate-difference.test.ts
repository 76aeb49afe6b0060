import { randomFrom } from '@perennial/testkit'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chanceAbove, differenceInterval, type Group, type Interval, relativeInterval } from './rate-difference.ts'
import { drawnGroup, shareOf } from './testing/simulated-play.ts'

const of = (successes: number, members: number): Group => ({ members, successes })
const holds = ({ low, high }: Interval, value: number) => low <= value && value <= high

describe('two groups compared', () => {
  // By quadrature over SciPy's beta quantiles: interval of the difference, of the ratio − 1, probability of more than .05.
  test.each([
    { groups: [of(56, 70), of(48, 80)], difference: [0.05382, 0.33608], ratio: [0.07992, 0.6642], chance: 0.97784 },
    { groups: [of(9, 10), of(3, 10)], difference: [0.18527, 0.82959], ratio: [0.33751, 8.42581], chance: 0.99541 },
    { groups: [of(720, 900), of(76, 100)], difference: [-0.0404, 0.13355], ratio: [-0.0486, 0.19857], chance: 0.41811 },
    { groups: [of(18, 20), of(2, 2)], difference: [-0.22739, 0.55955], ratio: [-0.23356, 1.6579], chance: 0.3763 },
    {
      groups: [of(3894, 21_307), of(2262, 21_306)],
      difference: [0.06995, 0.08323],
      ratio: [0.64055, 0.80661],
      chance: 1,
    },
  ])('$groups', ({ groups, difference, ratio, chance }) => {
    const [treated, control] = [groups[0]!, groups[1]!]
    const [one, other] = [differenceInterval(treated, control), relativeInterval(treated, control)]
    expect(one.low).toBeCloseTo(difference[0]!, 3)
    expect(one.high).toBeCloseTo(difference[1]!, 3)
    expect((1 + other.low) / (1 + ratio[0]!)).toBeCloseTo(1, 2)
    expect((1 + other.high) / (1 + ratio[1]!)).toBeCloseTo(1, 2)
    expect(chanceAbove(treated, control, 0.05)).toBeCloseTo(chance, 3)
  })

  test('come near to the score interval that Newcombe published for 56 of 70 and 48 of 80: .0524 to .3339', () => {
    const { low, high } = differenceInterval(of(56, 70), of(48, 80))
    expect(Math.abs(low - 0.0524)).toBeLessThan(0.003)
    expect(Math.abs(high - 0.3339)).toBeLessThan(0.003)
  })

  test('the other way round are the same, mirrored', () => {
    const group = fc.integer({ min: 1, max: 300 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)))
    fc.assert(
      fc.property(group, group, ([s1, n1], [s0, n0]) => {
        const there = differenceInterval(of(s1, n1), of(s0, n0))
        const back = differenceInterval(of(s0, n0), of(s1, n1))
        expect(there.low).toBeCloseTo(-back.high, 2)
        expect(there.high).toBeCloseTo(-back.low, 2)
        expect(holds(there, s1 / n1 - s0 / n0)).toBe(true)
        expect(there.low).toBeGreaterThanOrEqual(-1)
        expect(there.high).toBeLessThanOrEqual(1)
      }),
      { numRuns: 50 },
    )
  })

  test('never leave out what was seen', () => {
    expect(differenceInterval(of(9, 9), of(0, 9)).high).toBe(1)
    expect(differenceInterval(of(0, 9), of(9, 9)).low).toBe(-1)
    expect(relativeInterval(of(0, 9), of(9, 9)).low).toBe(-1)
  })
})

describe('the interval holds the true difference 95 times of 100', () => {
  test.each([
    [20, 20, 0.85, 0.8],
    [30, 10, 0.4, 0.3],
    [50, 50, 0.6, 0.5],
    [90, 10, 0.8, 0.7],
    [180, 20, 0.85, 0.8],
    [500, 500, 0.8, 0.8],
    [2_000, 200, 0.9, 0.93],
  ])('%i treated, %i held out, who succeed at %f and %f', (treated, control, rate, without) => {
    const random = randomFrom(treated + control)
    const coverage = shareOf(1_000, () => {
      const interval = differenceInterval(drawnGroup(random, treated, rate), drawnGroup(random, control, without))
      return holds(interval, rate - without)
    })
    expect(coverage).toBeGreaterThanOrEqual(0.93)
    expect(coverage).toBeLessThanOrEqual(0.97)
  })

  test('whatever the rates, on average over small groups, and counted out instead of drawn', () => {
    const coverages = [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((p) => [p, p + 0.05].map((q) => coverageOf(20, [q, p])))
    const mean = coverages.reduce((a, b) => a + b) / coverages.length
    expect(mean).toBeGreaterThan(0.945)
    expect(mean).toBeLessThan(0.955)
    expect(Math.min(...coverages)).toBeGreaterThan(0.94)
  })
})

const intervals = new Map<string, Interval>()

/** Of two groups of n with these true rates: the probability of all outcomes whose interval holds the true difference. */
function coverageOf(n: number, [rate, without]: readonly [number, number]): number {
  let sum = 0
  for (let a = 0; a <= n; a++)
    for (let b = 0; b <= n; b++) {
      const key = `${a} ${b}`
      const interval = intervals.get(key) ?? differenceInterval(of(a, n), of(b, n))
      intervals.set(key, interval)
      if (holds(interval, rate - without)) sum += binomial(a, n, rate) * binomial(b, n, without)
    }
  return sum
}

function binomial(k: number, n: number, p: number): number {
  let ways = 1
  for (let i = 0; i < k; i++) ways *= (n - i) / (i + 1)
  return ways * p ** k * (1 - p) ** (n - k)
}
