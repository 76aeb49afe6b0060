import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CONTRIBUTION_GRAIN, toGrain } from './grain.ts'

const moderate = fc.double({ min: -1000, max: 1000, noNaN: true })

test('rounding to the grain moves by half a grain at most, and leaves multiples of it', () => {
  fc.assert(
    fc.property(moderate, (x) => {
      expect(Math.abs(toGrain(x) - x)).toBeLessThanOrEqual(CONTRIBUTION_GRAIN / 2)
      expect(Number.isInteger(toGrain(x) / CONTRIBUTION_GRAIN)).toBe(true)
    }),
  )
})

test('sums of rounded numbers are exact: every order gives the same bits', () => {
  fc.assert(
    fc.property(fc.array(moderate, { maxLength: 4 }), (xs) => {
      const rounded = xs.map(toGrain)
      const sum = rounded.reduce((a, b) => a + b, 0)
      expect(rounded.toReversed().reduce((a, b) => a + b, 0)).toBe(sum)
      expect(rounded.reduce((left, x) => left - x, sum)).toBe(0)
    }),
  )
})
