import fc from 'fast-check'
import { expect, test } from 'vitest'
import { midranks, rankCorrelation } from './ranks.ts'

test('ties share the mean of their ranks', () => {
  expect([...midranks([3, 1, 3, 2, 3])]).toEqual([4, 1, 4, 2, 4])
})

test('ranks add up, whatever the ties', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (scores) => {
      const sum = midranks(scores).reduce((sum, rank) => sum + rank, 0)
      expect(sum).toBeCloseTo((scores.length * (scores.length + 1)) / 2, 9)
    }),
  )
})

test('the correlation knows order only', () => {
  expect(rankCorrelation([1, 2, 3, 4], [1, 10, 100, 1_000])).toBeCloseTo(1, 12)
  expect(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12)
  // Spearman's own formula where nobody is tied: 1 − 6 Σ d² / (n (n² − 1)) with d = 1, 1, 2, 2, 0.
  expect(rankCorrelation([1, 2, 3, 4, 5], [2, 1, 5, 3, 4])).toBeCloseTo(1 - (6 * 8) / (5 * 24), 12)
  expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNaN()
  expect(() => rankCorrelation([1], [1, 2])).toThrow('1 and 2')
})
