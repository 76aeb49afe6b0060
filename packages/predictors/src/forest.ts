import { toGrain } from './grain.ts'
import { shapOf } from './tree-shap.ts'
import type { Tree } from './tree.ts'

/** All trees as flat arrays: scoring is comparisons and look-ups. */
export type Forest = Readonly<{
  /** Of the model, and the trees' means over the training rows. */
  intercept: number
  trees: number
  /** Nodes of a tree. */
  nodes: number
  /** By tree and node; where nobody is split, everybody goes left at Infinity. */
  columns: Int32Array
  thresholds: Float64Array
  /** By tree, where its columns start among `parties`, and where its parts start. */
  starts: Int32Array
  parties: Int32Array
  partStarts: Int32Array
  /** Multiples of `CONTRIBUTION_GRAIN`. */
  parts: Float64Array
}>

/** Trees made ready to score; `intercept` is the model's before any tree. */
export function compileForest(intercept: number, trees: readonly Tree[]): Forest {
  const shaps = trees.map(shapOf)
  const wholes = trees.flatMap(({ columns, thresholds }) =>
    columns.map((column, node) => (column < 0 ? Infinity : (thresholds[node] ?? 0))),
  )
  return {
    intercept: shaps.reduce((sum, { expected }) => sum + toGrain(expected), toGrain(intercept)),
    trees: trees.length,
    nodes: trees[0]?.columns.length ?? 0,
    columns: Int32Array.from(trees.flatMap(({ columns }) => columns.map((column) => Math.max(0, column)))),
    thresholds: Float64Array.from(wholes),
    starts: startsOf(shaps.map(({ columns }) => columns.length)),
    parties: Int32Array.from(shaps.flatMap(({ columns }) => columns)),
    partStarts: startsOf(shaps.map(({ contributions }) => contributions.length)),
    parts: Float64Array.from(shaps.flatMap(({ contributions }) => Array.from(contributions, toGrain))),
  }
}

function startsOf(lengths: readonly number[]): Int32Array {
  let end = 0
  return Int32Array.from([0, ...lengths.map((length) => (end += length))])
}

/**
 * Writes each column's part of the logit, a multiple of `CONTRIBUTION_GRAIN`, and answers their sum. `values` know no
 * NaN: the mean stands in for an unknown one. Allocates nothing.
 */
export function addParts(forest: Forest, values: Float64Array, contributions: Float64Array): number {
  const { trees, nodes, columns, thresholds, starts, parties, partStarts, parts } = forest
  contributions.fill(0)
  let sum = 0
  for (let t = 0; t < trees; t++) {
    let answers = 0
    for (let j = 0, node = t * nodes; j < nodes; j++, node++) {
      if ((values[columns[node] ?? 0] ?? 0) > (thresholds[node] ?? 0)) answers |= 1 << j
    }
    const start = starts[t] ?? 0
    const count = (starts[t + 1] ?? 0) - start
    const from = (partStarts[t] ?? 0) + answers * count
    for (let k = 0; k < count; k++) {
      const part = parts[from + k] ?? 0
      const column = parties[start + k] ?? 0
      contributions[column] = (contributions[column] ?? 0) + part
      sum += part
    }
  }
  return sum
}
