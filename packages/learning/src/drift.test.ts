import fc from 'fast-check'
import { expect, test } from 'vitest'
import { populationStability } from './drift.ts'
import { normals } from './testing/worlds.ts'

const sample = (seed: number, n: number, shift = 0) => {
  const normal = normals(seed)
  return Float64Array.from({ length: n }, () => normal() + shift)
}

test('the same members have not drifted', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noDefaultInfinity: true }), { minLength: 1, maxLength: 100 }), (values) => {
      expect(populationStability(values, values)).toBe(0)
    }),
  )
})

test('two samples of one world are stable, a shift by one deviation is not', () => {
  expect(populationStability(sample(1, 5_000), sample(2, 5_000))).toBeLessThan(0.01)
  expect(populationStability(sample(1, 5_000), sample(2, 5_000, 1))).toBeGreaterThan(0.25)
})

// Shares .1 and .5 either way: .4 · ln 5 + .4 · ln 1.8.
test.each([
  ['a rare yes becomes frequent', 0.1, 0.5],
  ['a frequent yes becomes rare', 0.9, 0.5],
])('%s', (_, before, after) => {
  const yes = (share: number) => Float64Array.from({ length: 1_000 }, (_, i) => (i < 1_000 * share ? 1 : 0))
  expect(populationStability(yes(before), yes(after))).toBeCloseTo(0.4 * Math.log(5) + 0.4 * Math.log(1.8), 9)
})

test('what becomes unknown has drifted', () => {
  const lost = sample(1, 1_000).map((x, i) => (i % 2 === 0 ? x : Number.NaN))
  expect(populationStability(sample(1, 1_000), lost)).toBeGreaterThan(1)
})

test('of nobody it cannot be told', () => {
  expect(populationStability([], [1])).toBeNaN()
})
