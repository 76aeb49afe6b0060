import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { inverse, solve } from './linear-system.ts'

const entries = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 9, maxLength: 9 })

/** M · Mᵀ + I: positive definite whatever M. */
const positive = (m: readonly number[]) =>
  [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => [0, 1, 2].reduce((sum, k) => sum + m[3 * i + k]! * m[3 * j + k]!, i === j ? 1 : 0)),
  )

test('what solves a system gives back its right side; the inverse solves every system', () => {
  fc.assert(
    fc.property(entries, entries, (m, b) => {
      const a = positive(m)
      const right = b.slice(0, 3)
      const x = solve(a, right)!
      a.forEach((row, i) => expect(row.reduce((sum, c, k) => sum + c * x[k]!, 0)).toBeCloseTo(right[i]!, 9))
      inverse(a)!.forEach((row, i) => expect(row.reduce((sum, c, k) => sum + c * right[k]!, 0)).toBeCloseTo(x[i]!, 9))
    }),
  )
})

test.each([
  [
    'a saddle',
    [
      [1, 2],
      [2, 1],
    ],
  ],
  [
    'a ridge',
    [
      [1, 1],
      [1, 1],
    ],
  ],
  [
    'no numbers',
    [
      [Number.NaN, 0],
      [0, 1],
    ],
  ],
])('%s has no solution', (_, a) => {
  expect(solve(a, [1, 1])).toBeUndefined()
  expect(inverse(a)).toBeUndefined()
})
