/**
 * A tree of some depth as plain data. Nodes lie in heap order: node k has children 2k + 1 (value ≤ threshold) and
 * 2k + 2. Leaves come after the nodes, from left to right.
 */
export type Tree = Readonly<{
  /** By node, the place of its feature among the model's; −1 = everybody goes left. */
  columns: readonly number[]
  /** By node: a value up to this goes left. */
  thresholds: readonly number[]
  /** By leaf, in log-odds. */
  values: readonly number[]
  /** By leaf, the share of training rows in it. */
  shares: readonly number[]
}>

/** Splits from root to leaf at most: contributions are looked up by all answers of a tree's nodes, 2^7 at this depth. */
export const MOST_DEPTH = 3
