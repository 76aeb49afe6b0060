import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shapOf } from './tree-shap.ts'
import type { Tree } from './tree.ts'

const DEPTH_2 = { nodes: 3, leaves: 4 }

const tree: fc.Arbitrary<Tree> = fc
  .record({
    columns: fc.array(fc.integer({ min: -1, max: 2 }), { minLength: DEPTH_2.nodes, maxLength: DEPTH_2.nodes }),
    values: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: DEPTH_2.leaves,
      maxLength: DEPTH_2.leaves,
    }),
    counts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: DEPTH_2.leaves, maxLength: DEPTH_2.leaves }),
  })
  .map(({ columns, values, counts }) => {
    const all = counts.reduce((sum, n) => sum + n, 0)
    return { columns, thresholds: [0, 0, 0], values, shares: counts.map((n) => n / all) }
  })

/** The leaf reached when bit j of `answers` sends node j to the right. */
function leafOf({ columns, values }: Tree, answers: number): number {
  let at = 0
  while (at < columns.length) at = 2 * at + ((columns[at] ?? -1) >= 0 && (answers >> at) % 2 === 1 ? 2 : 1)
  return values[at - columns.length] ?? 0
}

const answersOf = fc.integer({ min: 0, max: 7 })

const partsOf = ({ columns, contributions }: ReturnType<typeof shapOf>, answers: number) =>
  contributions.subarray(answers * columns.length, (answers + 1) * columns.length)

test('mean and contributions make the leaf that is reached', () => {
  fc.assert(
    fc.property(tree, answersOf, (tree, answers) => {
      const shap = shapOf(tree)
      const parts = partsOf(shap, answers)
      expect(parts.reduce((sum, part) => sum + part, shap.expected)).toBeCloseTo(leafOf(tree, answers), 12)
    }),
  )
})

test('a column stands once, and what splits on nothing is no column', () => {
  const { columns } = shapOf({
    columns: [1, -1, 1],
    thresholds: [0, 0, 0],
    values: [1, 2, 3, 4],
    shares: [0.25, 0.25, 0.25, 0.25],
  })
  expect(columns).toEqual([1])
})

test('leaves in reverse have the contributions in reverse', () => {
  fc.assert(
    fc.property(tree, answersOf, (tree, answers) => {
      const negative = shapOf({ ...tree, values: tree.values.map((value) => -value) })
      const [parts, turned] = [partsOf(shapOf(tree), answers), partsOf(negative, answers)]
      parts.forEach((part, k) => expect(turned[k]).toBeCloseTo(-part, 12))
    }),
  )
})

// Both columns go left: .5 and .5 of the rows, then .5 and .5 again. With neither known the tree says 1, with both 4.
// The first alone says 2, the second alone 2: each has (1 + 2) / 2.
test('by hand: two columns that matter only together share what they make', () => {
  const both = { columns: [0, 1, 1], thresholds: [0, 0, 0], values: [4, 0, 0, 0], shares: [0.25, 0.25, 0.25, 0.25] }
  const shap = shapOf(both)
  expect(shap.expected).toBe(1)
  expect([...partsOf(shap, 0)]).toEqual([1.5, 1.5])
})

// By hand: the first column alone says (0.9 · 1 + 0.1 · 0) on the left, so shares of training rows matter.
test('a column that is not given goes both ways by the rows that did', () => {
  const skewed = { columns: [0, 1, -1], thresholds: [0, 0, 0], values: [1, 0, 0, 0], shares: [0.45, 0.05, 0.5, 0] }
  const shap = shapOf(skewed)
  // Given 0: .9, given 1: .5, given both: 1, given neither: .45.
  const [first, second] = partsOf(shap, 0)
  expect(first).toBeCloseTo((0.45 + 0.5) / 2, 12)
  expect(second).toBeCloseTo((0.05 + 0.1) / 2, 12)
})
