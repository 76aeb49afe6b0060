import { expect, test } from 'vitest'
import { RETRY_DELAYS_MS, retryDelay } from './retry-delay.ts'

test.each([
  ['the middle of the spread is the schedule', 1, undefined, 0.5, 5_000],
  ['a fifth earlier', 1, undefined, 0, 4_000],
  ['a fifth later', 2, undefined, 1, 360_000],
  ['beyond the schedule, its last step again', 99, undefined, 0.5, 24 * 3_600_000],
  ['what the receiver asks for is not undercut', 1, 60_000, 0, 60_000],
  ['and spread upwards only', 1, 60_000, 1, 72_000],
  ['it asks for less than we wait anyway', 2, 1_000, 0.5, 300_000],
])('%s', (...[, attempt, afterMs, chance, expected]) => {
  expect(retryDelay(RETRY_DELAYS_MS, attempt, afterMs, chance)).toBe(expected)
})

test('ten attempts take some three days, which is less than a play lasts', () => {
  const total = RETRY_DELAYS_MS.reduce((sum, delay) => sum + delay, 0)
  expect(total / 86_400_000).toBeCloseTo(3.15, 1)
})
