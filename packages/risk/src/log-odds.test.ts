import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CONTRIBUTION_GRAIN, logOdds, probability, toGrain } from './log-odds.ts'

const moderate = fc.double({ min: -1000, max: 1000, noNaN: true })

test('a probability is never 0 and never 1', () => {
  for (const logit of [-Infinity, -1e9, -40, 0, 40, 1e9, Infinity]) {
    expect(probability(logit)).toBeGreaterThan(0)
    expect(probability(logit)).toBeLessThan(1)
  }
})

test('log-odds and probability undo each other', () => {
  for (const p of [0.001, 0.25, 0.5, 0.999]) expect(probability(logOdds(p))).toBeCloseTo(p, 12)
})

test('rounding to the grain moves by half a grain at most, and leaves multiples of it', () => {
  fc.assert(
    fc.property(moderate, (x) => {
      expect(Math.abs(toGrain(x) - x)).toBeLessThanOrEqual(CONTRIBUTION_GRAIN / 2)
      expect(Number.isInteger(toGrain(x) / CONTRIBUTION_GRAIN)).toBe(true)
    }),
  )
})

test('sums of rounded numbers are exact: any order gives the same bits', () => {
  fc.assert(
    fc.property(fc.array(moderate, { maxLength: 4 }), (xs) => {
      const rounded = xs.map(toGrain)
      const sum = rounded.reduce((a, b) => a + b, 0)
      expect(rounded.toReversed().reduce((a, b) => a + b, 0)).toBe(sum)
      expect(rounded.reduce((left, x) => left - x, sum)).toBe(0)
    }),
  )
})
