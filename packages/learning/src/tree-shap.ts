import { type BoostedTree } from './boosted.ts'

/**
 * The contributions of one tree for every way its nodes can be answered, found once: scoring then only looks them up.
 * Exact Shapley values of the tree's expectation given some columns, where a column that is not given goes both ways
 * by the shares of the training rows: path-dependent TreeSHAP, Lundberg et al., "From local explanations to global
 * understanding with explainable AI for trees", Nature Machine Intelligence 2, 2020. By enumeration of subsets, of
 * which a tree of depth 3 has at most 2^7.
 */
export type Shap = Readonly<{
  /** Columns of the tree, each once. */
  columns: readonly number[]
  /** The tree's mean over the training rows. */
  expected: number
  /** At answers · columns.length + k, the contribution of column k; bit j of `answers` is set when node j sends right. */
  contributions: Float64Array
}>

export function shapOf(tree: BoostedTree): Shap {
  const columns = [...new Set(tree.columns)].filter((column) => column >= 0)
  const bits = tree.columns.map((column) => (column < 0 ? 0 : 1 << columns.indexOf(column)))
  const shares = nodeShares(tree)
  const value = (given: number, answers: number): number => {
    const at = (node: number): number => {
      if (node >= bits.length) return tree.values[node - bits.length]!
      const [left, right] = [2 * node + 1, 2 * node + 2]
      if (bits[node] === 0) return at(left)
      if ((given & bits[node]!) !== 0) return at((answers >> node) % 2 === 0 ? left : right)
      return (shares[left]! * at(left) + shares[right]! * at(right)) / shares[node]!
    }
    return at(0)
  }
  const all = Array.from({ length: 1 << bits.length }, (_, answers) =>
    shapleyValues(columns.length, (given) => value(given, answers)),
  )
  return { columns, expected: value(0, 0), contributions: Float64Array.from(all.flat()) }
}

/** Shares of training rows by node and leaf, in heap order. */
function nodeShares({ columns, shares }: BoostedTree): Float64Array {
  const inner = columns.length
  const all = new Float64Array(2 * inner + 1)
  all.set(shares, inner)
  for (let node = inner - 1; node >= 0; node--) all[node] = all[2 * node + 1]! + all[2 * node + 2]!
  return all
}

/** Each player's mean gain to the coalitions (bit sets) of the others, each size of coalition counting alike. */
function shapleyValues(players: number, value: (coalition: number) => number): number[] {
  const values = Array.from({ length: 1 << players }, (_, coalition) => value(coalition))
  return Array.from({ length: players }, (_, player) => {
    let sum = 0
    for (let coalition = 0; coalition < values.length; coalition++) {
      if ((coalition >> player) % 2 === 1) continue
      sum += (values[coalition | (1 << player)]! - values[coalition]!) * share(players, sizeOf(coalition))
    }
    return sum
  })
}

/** size! · (players − size − 1)! / players! */
function share(players: number, size: number): number {
  let ways = players
  for (let k = 1; k <= size; k++) ways *= (players - k) / k
  return 1 / ways
}

function sizeOf(coalition: number): number {
  let size = 0
  for (let rest = coalition; rest > 0; rest >>= 1) size += rest % 2
  return size
}
