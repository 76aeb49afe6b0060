import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Calibration, calibrated, UNCALIBRATED, uncalibrated } from './calibration.ts'

const bent: Calibration = { kind: 'isotonic', from: [-2, 0, 1], to: [-3, -1, 3], slope: 0.5 }
const straight: Calibration = { kind: 'platt', slope: 0.8, intercept: -0.3 }
const logit = fc.double({ min: -20, max: 20, noNaN: true })

test.each([
  [bent, -2, -3],
  [bent, -1, -2],
  [bent, 0.25, 0],
  [bent, 1, 3],
  [bent, 5, 5],
  [bent, -4, -4],
  [straight, 1, 0.5],
  [{ ...bent, from: [1], to: [2] }, 3, 3],
  [UNCALIBRATED, 0.7, 0.7],
] as const)('%j takes %d to %d', (calibration, before, after) => {
  expect(calibrated(calibration, before)).toBeCloseTo(after, 14)
  expect(uncalibrated(calibration, after)).toBeCloseTo(before, 14)
})

test('keeps every order, and can be undone', () => {
  fc.assert(
    fc.property(fc.constantFrom(bent, straight), logit, logit, (calibration, a, b) => {
      expect(calibrated(calibration, a) - calibrated(calibration, b)).toSatisfy(
        (difference: number) => Math.sign(difference) === Math.sign(a - b) || Math.abs(a - b) < 1e-14,
      )
      expect(uncalibrated(calibration, calibrated(calibration, a))).toBeCloseTo(a, 12)
    }),
  )
})

test('what never is stays never', () => {
  for (const end of [-Infinity, Infinity]) {
    expect(calibrated(bent, end)).toBe(end)
    expect(uncalibrated(bent, end)).toBe(end)
  }
})
