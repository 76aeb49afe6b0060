import type { Tree } from './tree.ts'

/** Where a model of trees splits on one column, the thresholds rising. */
export type Splits = Readonly<{
  thresholds: Float64Array
  /** By threshold, the most that the logit can gain and lose when only this column's value rises past it, both from 0. */
  gains: Float64Array
  losses: Float64Array
}>

/** By column: between two of its thresholds a value may move as it likes, the logit stays. */
export function splitsOf(trees: readonly Tree[], columns: number): readonly Splits[] {
  const all = Array.from({ length: columns }, () => new Map<number, Jump>())
  for (const tree of trees) {
    for (const [node, column] of tree.columns.entries()) {
      const threshold = tree.thresholds[node] ?? 0
      // The tree's nodes with the same question are answered together, hence counted once.
      if (tree.columns.findIndex((c, k) => c === column && tree.thresholds[k] === threshold) < node) continue
      const sums = all[column]
      const sum = sums?.get(threshold) ?? { gain: 0, loss: 0 }
      const { gain, loss } = jumpAt(tree, column, threshold)
      sums?.set(threshold, { gain: sum.gain + gain, loss: sum.loss + loss })
    }
  }
  return all.map((jumps) => {
    const sorted = [...jumps].toSorted(([a], [b]) => a - b)
    return {
      thresholds: Float64Array.from(sorted, ([threshold]) => threshold),
      gains: Float64Array.from(sorted, ([, { gain }]) => gain),
      losses: Float64Array.from(sorted, ([, { loss }]) => loss),
    }
  })
}

type Jump = Readonly<{ gain: number; loss: number }>

/** Over all answers of the tree's other nodes. */
function jumpAt(tree: Tree, column: number, threshold: number): Jump {
  const inner = tree.columns.length
  const asked = tree.columns.reduce(
    (bits, c, node) => (c === column && tree.thresholds[node] === threshold ? bits | (1 << node) : bits),
    0,
  )
  let [gain, loss] = [0, 0]
  for (let answers = 0; answers < 1 << inner; answers++) {
    const change = valueAt(tree, answers | asked) - valueAt(tree, answers & ~asked)
    gain = Math.max(gain, change)
    loss = Math.max(loss, -change)
  }
  return { gain, loss }
}

/** The leaf's value; bit j of `answers` is set when node j sends right. */
function valueAt({ columns, values }: Tree, answers: number): number {
  let node = 0
  while (node < columns.length) node = 2 * node + 1 + ((columns[node] ?? -1) < 0 ? 0 : (answers >> node) & 1)
  return values[node - columns.length] ?? 0
}
