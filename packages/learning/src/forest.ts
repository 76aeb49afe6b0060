import { type Boosted } from './boosted.ts'
import { toGrain } from './log-odds.ts'
import { shapOf } from './tree-shap.ts'

/** All trees as flat arrays: scoring is comparisons and look-ups. */
export type Forest = Readonly<{
  /** Base rate and the trees' means over the training rows. */
  intercept: number
  trees: number
  /** Nodes of a tree. */
  nodes: number
  /** By tree and node; where nobody is split, everybody goes left at Infinity. */
  columns: Int32Array
  thresholds: Float64Array
  /** By tree, where its columns start among `parties`; by tree, where its parts start. */
  starts: Int32Array
  parties: Int32Array
  partStarts: Int32Array
  parts: Float64Array
}>

export function compileForest({ intercept, trees }: Boosted): Forest {
  const shaps = trees.map((tree) => shapOf(tree))
  const nodes = trees[0]?.columns.length ?? 0
  return {
    intercept: shaps.reduce((sum, { expected }) => sum + toGrain(expected), toGrain(intercept)),
    trees: trees.length,
    nodes,
    columns: Int32Array.from(trees.flatMap(({ columns }) => columns.map((column) => Math.max(0, column)))),
    thresholds: Float64Array.from(
      trees.flatMap(({ columns, thresholds }) => columns.map((column, k) => (column < 0 ? Infinity : thresholds[k]!))),
    ),
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

/** Writes each column's part of the logit, and answers their sum. `values` know no NaN. */
export function addParts(forest: Forest, values: Float64Array, contributions: Float64Array): number {
  const { trees, nodes, columns, thresholds, starts, parties, partStarts, parts } = forest
  contributions.fill(0)
  let sum = 0
  for (let t = 0; t < trees; t++) {
    let answers = 0
    for (let j = 0; j < nodes; j++) {
      const node = t * nodes + j
      if (values[columns[node]!]! > thresholds[node]!) answers |= 1 << j
    }
    const start = starts[t]!
    const count = starts[t + 1]! - start
    const at = partStarts[t]! + answers * count
    for (let k = 0; k < count; k++) {
      const part = parts[at + k]!
      contributions[parties[start + k]!]! += part
      sum += part
    }
  }
  return sum
}
