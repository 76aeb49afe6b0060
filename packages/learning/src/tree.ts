import { type Binned, PER_BIN, PER_COLUMN } from './bins.ts'

/** Direction of the logit in a column: 1 may only rise, −1 may only fall, 0 is free. */
export type Direction = -1 | 0 | 1

export type TreeSettings = Readonly<{
  depth: number
  /** Least information, Σ p · (1 − p), on either side of a split. */
  leastInformation: number
  /** Ridge on leaf values: rows' information they must overcome. */
  lambda: number
  /** By column. */
  directions: readonly Direction[]
}>

/**
 * A tree laid out as a heap: node k has children 2k + 1 (value ≤ threshold) and 2k + 2. A node that was not worth
 * splitting has feature −1 and sends everybody left. Leaves come after the nodes, from left to right.
 */
export type Tree = Readonly<{
  features: Int32Array
  /** By node, the last bin that goes left. */
  bins: Int32Array
  values: Float64Array
  /** Training rows by leaf. */
  rows: Float64Array
}>

/** First and second derivative of the log likelihood in the logit, by row. */
export type Derivatives = Readonly<{ gradients: Float64Array; information: Float64Array }>

/** Rows of a node, their sums by bin, and the bounds that directions above it set to its value. */
type Node = Readonly<{ rows: Uint32Array; sums: Float64Array; total: Totals; low: number; high: number }>

/** Grows one tree on those rows, greedily by the gain in log likelihood to second order. */
export function growTree(table: Binned, rows: Uint32Array, by: Derivatives, settings: TreeSettings): Tree {
  const inner = 2 ** settings.depth - 1
  const tree = {
    features: new Int32Array(inner).fill(-1),
    bins: new Int32Array(inner),
    values: new Float64Array(inner + 1),
    rows: new Float64Array(inner + 1),
  }
  const sums = sumsOf(table, rows, by)
  let level: (Node | undefined)[] = [{ rows, sums, total: totalOf(rows, by), low: -Infinity, high: Infinity }]
  for (let first = 0; first < inner; first = 2 * first + 1) {
    level = level.flatMap((node, k) => {
      const split = node === undefined ? undefined : bestSplit(table, node, settings)
      if (node === undefined || split === undefined) return [node, undefined]
      tree.features[first + k] = split.feature
      tree.bins[first + k] = split.bin
      const division = { split, direction: settings.directions[split.feature]!, by, isLast: 2 * first + 1 === inner }
      return divide(table, node, division)
    })
  }
  level.forEach((node, k) => {
    if (node === undefined) return
    tree.values[k] = valueOf(node.total, settings, node)
    tree.rows[k] = node.rows.length
  })
  return tree
}

/** Sums of gradient and information by column and bin. */
function sumsOf({ slots, width }: Binned, rows: Uint32Array, { gradients, information }: Derivatives): Float64Array {
  const sums = new Float64Array(width * PER_COLUMN)
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k]!
    const [gradient, own] = [gradients[row]!, information[row]!]
    const end = (row + 1) * width
    for (let c = row * width; c < end; c++) {
      const slot = slots[c]!
      sums[slot]! += gradient
      sums[slot + 1]! += own
    }
  }
  return sums
}

type Totals = Readonly<{ gradient: number; information: number }>

function totalOf(rows: Uint32Array, by: Derivatives): Totals {
  let [gradient, information] = [0, 0]
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k]!
    gradient += by.gradients[row]!
    information += by.information[row]!
  }
  return { gradient, information }
}

type Bounds = Readonly<{ low: number; high: number }>

/** Newton's step within the bounds. */
function valueOf({ gradient, information }: Totals, { lambda }: TreeSettings, { low, high }: Bounds): number {
  return Math.min(high, Math.max(low, gradient / (information + lambda)))
}

/** Log likelihood to second order that a leaf of this value gains. */
function gainOf({ gradient, information }: Totals, lambda: number, value: number): number {
  return value * (gradient - (value * (information + lambda)) / 2)
}

type Split = Readonly<{ feature: number; bin: number; gain: number; left: number; right: number }>

function bestSplit(table: Binned, node: Node, settings: TreeSettings): Split | undefined {
  const { total } = node
  const whole = gainOf(total, settings.lambda, valueOf(total, settings, node))
  let best: Split | undefined
  for (let feature = 0; feature < table.edges.length; feature++) {
    const split = bestSplitOf(feature, table.edges[feature]!.length, { node, settings })
    // A gain below rounding dust is none. Ties go to the earlier column.
    if (split !== undefined && split.gain > (best?.gain ?? whole + 1e-9)) best = split
  }
  return best
}

type Search = Readonly<{ node: Node; settings: TreeSettings }>

function bestSplitOf(feature: number, edges: number, { node, settings }: Search): Split | undefined {
  const { leastInformation, lambda, directions } = settings
  const left = { gradient: 0, information: 0 }
  let best: Split | undefined
  for (let bin = 0; bin < edges; bin++) {
    const at = feature * PER_COLUMN + bin * PER_BIN
    left.gradient += node.sums[at]!
    left.information += node.sums[at + 1]!
    if (left.information < leastInformation) continue
    const right = {
      gradient: node.total.gradient - left.gradient,
      information: node.total.information - left.information,
    }
    if (right.information < leastInformation) break
    const [low, high] = [valueOf(left, settings, node), valueOf(right, settings, node)]
    if (directions[feature]! * (high - low) < 0) continue
    const gain = gainOf(left, lambda, low) + gainOf(right, lambda, high)
    if (best === undefined || gain > best.gain) best = { feature, bin, gain, left: low, right: high }
  }
  return best
}

type Division = Readonly<{ split: Split; direction: Direction; by: Derivatives; isLast: boolean }>

/** The two sides. The sums of the larger are those of the node less those of the smaller; leaves need none. */
function divide(table: Binned, node: Node, { split, direction, by, isLast }: Division): [Node, Node] {
  const [below, above] = sidesOf(table, node.rows, split)
  const smaller = isLast ? node.sums : sumsOf(table, below.length <= above.length ? below : above, by)
  const larger = isLast ? node.sums : node.sums.map((sum, k) => sum - smaller[k]!)
  const [left, right] = below.length <= above.length ? [smaller, larger] : [larger, smaller]
  const middle = (split.left + split.right) / 2
  const { low, high } = node
  const bounds = { low: direction < 0 ? middle : low, high: direction > 0 ? middle : high }
  const others = { low: direction > 0 ? middle : low, high: direction < 0 ? middle : high }
  return [
    { rows: below, sums: left, total: totalOf(below, by), ...bounds },
    { rows: above, sums: right, total: totalOf(above, by), ...others },
  ]
}

function sidesOf({ slots, width }: Binned, rows: Uint32Array, { feature, bin }: Split): [Uint32Array, Uint32Array] {
  const last = feature * PER_COLUMN + bin * PER_BIN
  const [below, above] = [new Uint32Array(rows.length), new Uint32Array(rows.length)]
  let count = 0
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k]!
    if (slots[row * width + feature]! <= last) below[count++] = row
    else above[k - count] = row
  }
  return [below.subarray(0, count), above.subarray(0, rows.length - count)]
}

/** Adds the tree's value to each row's. */
export function addTree({ slots, width, n }: Binned, { features, bins, values }: Tree, to: Float64Array): void {
  const inner = features.length
  const lasts = features.map((feature, k) => feature * PER_COLUMN + bins[k]! * PER_BIN)
  for (let i = 0; i < n; i++) {
    const row = i * width
    let at = 0
    while (at < inner) {
      const feature = features[at]!
      at = 2 * at + (feature >= 0 && slots[row + feature]! > lasts[at]! ? 2 : 1)
    }
    to[i]! += values[at - inner]!
  }
}
