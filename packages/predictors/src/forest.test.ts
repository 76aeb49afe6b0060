import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addParts, compileForest } from './forest.ts'
import { CONTRIBUTION_GRAIN } from './grain.ts'
import { splitsOf } from './splits.ts'
import type { Tree } from './tree.ts'

const COLUMNS = 4
const double = (min: number, max: number) => fc.double({ min, max, noNaN: true })

const anyTree = (depth: number): fc.Arbitrary<Tree> => {
  const inner = 2 ** depth - 1
  const list = <T>(of: fc.Arbitrary<T>, length: number) => fc.array(of, { minLength: length, maxLength: length })
  return fc.record({
    columns: list(fc.integer({ min: -1, max: COLUMNS - 1 }), inner),
    thresholds: list(fc.constantFrom(0, 0.5, 1, 1.5), inner),
    values: list(double(-1, 1), inner + 1),
    shares: list(fc.oneof(double(0.01, 1), fc.constant(0)), inner + 1),
  })
}

const anyTrees = fc.integer({ min: 1, max: 3 }).chain((depth) => fc.array(anyTree(depth), { maxLength: 12 }))
const anyValues = fc
  .array(fc.oneof(double(-1, 3), fc.constantFrom(0, 0.5, 1, 1.5)), { minLength: COLUMNS, maxLength: COLUMNS })
  .map((values) => Float64Array.from(values))

/** Down the tree as one would by hand. */
function valueOf({ columns, thresholds, values }: Tree, of: Float64Array): number {
  let node = 0
  while (node < columns.length) {
    const column = columns[node] ?? -1
    node = 2 * node + (column >= 0 && (of[column] ?? 0) > (thresholds[node] ?? 0) ? 2 : 1)
  }
  return values[node - columns.length] ?? 0
}

const sumOf = (trees: readonly Tree[], values: Float64Array) =>
  trees.reduce((sum, tree) => sum + valueOf(tree, values), 0)

describe('a forest', () => {
  test('adds up to the leaves that the values lead to, to the grain', () => {
    fc.assert(
      fc.property(anyTrees, anyValues, double(-3, 3), (trees, values, intercept) => {
        const forest = compileForest(intercept, trees)
        const contributions = new Float64Array(COLUMNS).fill(7)
        const sum = addParts(forest, values, contributions)
        const off = forest.intercept + sum - (intercept + sumOf(trees, values))
        expect(Math.abs(off)).toBeLessThan((1 + 8 * trees.length) * CONTRIBUTION_GRAIN)
        expect(contributions.reduce((a, b) => a + b, 0)).toBe(sum)
      }),
    )
  })

  test('gives nothing to a column that it does not split on', () => {
    const tree = { columns: [1], thresholds: [0.5], values: [-1, 1], shares: [0.75, 0.25] }
    const contributions = new Float64Array(COLUMNS)
    addParts(compileForest(0, [tree]), Float64Array.of(0, 1, 0, 0), contributions)
    // The mean over the training rows is −0.5, so who goes right is 1.5 above it.
    expect([...contributions]).toEqual([0, 1.5, 0, 0])
  })
})

test('crossing a threshold moves the sum within its bounds, and nothing else moves it', () => {
  fc.assert(
    fc.property(anyTrees, anyValues, fc.nat(COLUMNS - 1), double(-1, 3), (trees, values, column, target) => {
      const from = Math.min(values[column] ?? 0, target)
      const to = Math.max(values[column] ?? 0, target)
      const splits = splitsOf(trees, COLUMNS)[column]
      if (splits === undefined) throw new Error('no such column')
      const { thresholds, gains, losses } = splits
      const crossed = [...thresholds.keys()].filter((p) => from <= (thresholds[p] ?? 0) && (thresholds[p] ?? 0) < to)
      const sum = (list: Float64Array) => crossed.reduce((all, p) => all + (list[p] ?? 0), 0)
      const change = sumOf(trees, values.with(column, to)) - sumOf(trees, values.with(column, from))
      expect(change).toBeLessThanOrEqual(sum(gains) + 1e-12)
      expect(change).toBeGreaterThanOrEqual(-sum(losses) - 1e-12)
    }),
  )
})

test('the bounds of a threshold are reached, and a threshold asked twice in a tree counts once', () => {
  const tree = { columns: [0, -1, 0], thresholds: [1, 0, 1], values: [0.1, 9, 9, 0.4], shares: [1, 0, 0, 1] }
  const [splits] = splitsOf([tree, tree], 1)
  expect([...(splits?.thresholds ?? [])]).toEqual([1])
  expect(splits?.gains[0]).toBeCloseTo(0.6, 12)
  expect(splits?.losses[0]).toBe(0)
})
