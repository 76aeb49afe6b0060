import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BoxProblem } from './box-problem.ts'
import { maximise } from './maximise.ts'

const problem = (value: BoxProblem['value'], changes: Partial<BoxProblem> = {}): BoxProblem => ({
  value,
  starts: [[0, 0]],
  lower: [-5, -5],
  upper: [5, 5],
  ...changes,
})

/** Rosenbrock's valley upside down: its summit at (1, 1) is reached along a narrow bend only. */
const bend = ([x = 0, y = 0]: readonly number[]) => -((1 - x) ** 2) - 100 * (y - x * x) ** 2

test('finds the summit along a narrow bend, from anywhere', () => {
  const side = fc.double({ min: -5, max: 5, noNaN: true })
  fc.assert(
    fc.property(side, side, (x, y) => {
      const { at, expectedGain } = maximise(problem(bend, { starts: [[x, y]] }))
      expect(at[0]).toBeCloseTo(1, 4)
      expect(at[1]).toBeCloseTo(1, 4)
      expect(expectedGain).toBeLessThan(1e-6)
    }),
  )
})

test('of a quadratic the covariance is the inverse of its curvature', () => {
  // −½ (2x² + 2xy + 3y²): the inverse of [[2, 1], [1, 3]] is [[3, −1], [−1, 2]] / 5.
  const { covariance } = maximise(problem(([x = 0, y = 0]) => -(x * x + x * y + 1.5 * y * y)))
  const expected = [0.6, -0.2, -0.2, 0.4]
  covariance!.flat().forEach((c, k) => expect(c).toBeCloseTo(expected[k]!, 6))
})

describe('at a side of the box', () => {
  test('what rises outwards is held there, the rest is still found', () => {
    // Along the ridge x = y the value rises for ever, less and less.
    const ridge = ([x = 0, y = 0]: readonly number[]) => -((x - y - 1) ** 2) - Math.exp(-x - y)
    const { at, held, covariance } = maximise(problem(ridge))
    expect(held).toEqual([0])
    expect(at[0]).toBe(5)
    expect(at[1]).toBeCloseTo(4, 3)
    expect(covariance?.[0]).toEqual([0, 0])
    expect(covariance?.[1]?.[1]).toBeCloseTo(0.5, 3)
  })

  test('a step along a slanting ridge goes as far as the side, not past it and then aside', () => {
    // Cut off coordinate by coordinate, every long step would leave this narrow ridge and gain nothing.
    const ridge = ([x = 0, y = 0]: readonly number[]) => -1e6 * (x - 2 * y) ** 2 - Math.exp(-x / 2)
    const { at, held, iterations } = maximise(problem(ridge, { starts: [[4, 2]] }))
    expect(held).toEqual([0])
    expect(at[1]).toBeCloseTo(2.5, 5)
    expect(iterations).toBeLessThan(6)
  })

  test('a ridge that ends near a corner: one side holds, the other does not', () => {
    const ridge = ([x = 0, y = 0]: readonly number[]) => -100 * (x - y - 0.1) ** 2 - Math.exp(-x - y)
    const { at, held } = maximise(problem(ridge, { starts: [[5, 5]] }))
    expect(held).toEqual([0])
    expect(at[1]).toBeCloseTo(4.9, 3)
  })

  test('a corner', () => {
    const { at, held } = maximise(problem(([x = 0, y = 0]) => x - y))
    expect(at).toEqual([5, -5])
    expect(held).toEqual([0, 1])
  })
})

test('where the value is none it does not go', () => {
  const half = maximise(
    problem(([x = 0, y = 0]) => (x < 1 ? Number.NaN : -((x - 2) ** 2) - y * y), {
      starts: [
        [0, 0],
        [1.2, 3],
        [0.5, 0],
      ],
    }),
  )
  expect(half.at[0]).toBeCloseTo(2, 5)
})

test('where no way leads on it says that this need not be a summit', () => {
  const { at, expectedGain, covariance } = maximise(problem(([x = 0, y = 0]) => (x === 0 && y === 0 ? 0 : -Infinity)))
  expect(at).toEqual([0, 0])
  expect(expectedGain).toBe(Infinity)
  expect(covariance).toBeUndefined()
})

test('of several summits it takes the highest of those it climbs', () => {
  const two = ([x = 0, y = 0]: readonly number[]) =>
    Math.exp(-((x - 3) ** 2) - y * y) + 2 * Math.exp(-9 * (x + 3) ** 2 - y * y)
  // The start below the higher summit looks worse than the other.
  const starts = [
    [2, 0],
    [-3.5, 0],
  ]
  expect(maximise(problem(two, { starts })).at[0]).toBeCloseTo(3, 4)
  expect(maximise(problem(two, { starts, climbs: 2 })).at[0]).toBeCloseTo(-3, 4)
})

test('a step is never longer than a factor of e² in any parameter', () => {
  const seen: number[] = []
  maximise(
    problem(
      ([x = 0, y = 0]) => {
        seen.push(x)
        return -Math.log1p(1e-4 * (x - 90) ** 2) - y * y
      },
      { lower: [-100, -5], upper: [100, 5] },
    ),
  )
  expect(Math.max(...seen.slice(0, 16))).toBeLessThan(2.1)
})

test('the last step, too small for the value to show, is taken all the same', () => {
  const quartic = ([x = 0, y = 0]: readonly number[]) => -((x - 1) ** 2) - (x - 1) ** 4 - y * y
  const { at } = maximise(problem(quartic, { starts: [[1 + 2e-5, 0]] }))
  expect(at[0]).toBeCloseTo(1, 9)
})

test('the same problem gives the same bits', () => {
  expect(maximise(problem(bend))).toEqual(maximise(problem(bend)))
})
