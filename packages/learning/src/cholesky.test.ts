import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cholesky, inverseTriangle, solve } from './cholesky.ts'

const SIZE = 4

/** A = B·Bᵀ + I. */
const positive = fc
  .array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: SIZE * SIZE, maxLength: SIZE * SIZE })
  .map((b) => {
    const values = new Float64Array(SIZE * SIZE)
    for (let i = 0; i < SIZE; i++)
      for (let j = 0; j < SIZE; j++)
        for (let k = 0; k < SIZE; k++)
          values[i * SIZE + j]! += b[i * SIZE + k]! * b[j * SIZE + k]! + (i === j ? 1 / SIZE : 0)
    return values
  })

const vector = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: SIZE, maxLength: SIZE })

test('solves, and its inverse gives the same quadratic form', () => {
  fc.assert(
    fc.property(positive, vector, (values, b) => {
      const factor = cholesky({ values, size: SIZE })!
      const x = solve(factor, Float64Array.from(b))
      for (let i = 0; i < SIZE; i++) {
        const row = [...x].reduce((sum, value, k) => sum + values[i * SIZE + k]! * value, 0)
        expect(row).toBeCloseTo(b[i]!, 7)
      }
      const form = b.reduce((sum, value, k) => sum + value * x[k]!, 0)
      const triangle = inverseTriangle(factor, SIZE)
      let same = 0
      // An entry off the diagonal stands for two.
      b.forEach((bi, i) => {
        for (let j = 0; j <= i; j++) same += (i === j ? 1 : 2) * bi * b[j]! * triangle[(i * (i + 1)) / 2 + j]!
      })
      expect(same).toBeCloseTo(form, 7)
    }),
  )
})

test('a matrix that is not positive definite has no factor', () => {
  expect(cholesky({ values: Float64Array.of(1, 2, 2, 1), size: 2 })).toBeUndefined()
  expect(cholesky({ values: Float64Array.of(0), size: 1 })).toBeUndefined()
})
