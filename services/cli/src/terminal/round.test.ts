import fc from 'fast-check'
import { expect, test } from 'vitest'
import { roundToSum } from './round.ts'

test('gives what was cut off to those that lost most', () => {
  expect(roundToSum([0.005, 0.005, -0.004], 2)).toEqual({ parts: [0.01, 0, 0], sum: 0.01 })
})

test('adds up as printed, and no part is a unit away', () => {
  const values = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { maxLength: 30 })
  fc.assert(
    fc.property(values, (all) => {
      const { parts, sum } = roundToSum(all, 2)
      expect(Math.round(parts.reduce((total, part) => total + part * 100, 0)) - Math.round(sum * 100)).toBeCloseTo(0, 6)
      for (const [i, part] of parts.entries()) expect(Math.abs(part - (all[i] ?? 0))).toBeLessThan(0.01 + 1e-9)
    }),
  )
})
