import { expect, test } from 'vitest'
import { logitError } from './covariance.ts'

const model = {
  features: [
    { mean: 1, sd: 2 },
    { mean: 0, sd: 0.5 },
  ],
  covariance: [0.04, 0.01, 0.09, -0.02, 0.03, 0.16],
}

test('is the root of x · covariance · x with an intercept and standardised values', () => {
  // x = (1, 2, −1).
  const variance = 0.04 + 4 * 0.09 + 0.16 + 2 * (2 * 0.01 + -1 * -0.02 + 2 * -1 * 0.03)
  expect(logitError(model, [5, -0.5])).toBeCloseTo(Math.sqrt(variance), 14)
})

test('takes values beyond the limits as these', () => {
  const limited = {
    ...model,
    features: [
      { mean: 1, sd: 2, low: 0, high: 5 },
      { mean: 0, sd: 0.5 },
    ],
  }
  expect(logitError(limited, [1e9, -0.5])).toBe(logitError(model, [5, -0.5]))
  expect(logitError(limited, [-1e9, -0.5])).toBe(logitError(model, [0, -0.5]))
})

test('takes an unknown value as the mean', () => {
  expect(logitError(model, [Number.NaN, 0])).toBeCloseTo(0.2, 14)
})
