import { type Table } from './table.ts'

/** Columns cut into at most `MOST_BINS` bins, so that a split is searched among those instead of among all values. */
export type Binned = Readonly<{
  /**
   * Row by row, a number for each column: where the sums of its bin start among those of all bins. By rows, because
   * sums then go to another column each time: three times as quick as waiting for the last sum of the same bin.
   */
  slots: Uint16Array | Uint32Array
  width: number
  /** By column: a value is in bin b when it is above edge b − 1 and not above edge b. */
  edges: readonly Float64Array[]
  /** By column, what unknown values were replaced by: the mean of the known ones. */
  means: readonly number[]
  n: number
}>

const MOST_BINS = 64

/** Gradient and information stand beside one another. */
export const PER_BIN = 2
export const PER_COLUMN: number = MOST_BINS * PER_BIN

/** Edges are settled on at most so many values: they need no more. */
const MOST_VALUES = 50_000

/** Cuts columns at the quantiles of their own values, midway between neighbours. */
export function binned(table: Table): Binned {
  const means = table.columns.map((column) => meanOf(column))
  return cut(table, { edges: table.columns.map((column, k) => edgesOf(column, means[k]!)), means })
}

/** The same columns of other members by the edges and means of the first. */
export function binnedAs(table: Table, like: Pick<Binned, 'edges' | 'means'>): Binned {
  return cut(table, like)
}

function cut({ columns, n }: Table, { edges, means }: Pick<Binned, 'edges' | 'means'>): Binned {
  const width = columns.length
  const slots = new (width * PER_COLUMN > 2 ** 16 ? Uint32Array : Uint16Array)(n * width)
  columns.forEach((column, c) => {
    const mean = means[c]!
    for (let i = 0; i < n; i++) {
      const x = column[i]!
      slots[i * width + c] = c * PER_COLUMN + PER_BIN * binOf(x === x ? x : mean, edges[c]!)
    }
  })
  return { slots, width, edges, means, n }
}

function meanOf(column: Float64Array): number {
  let [known, sum] = [0, 0]
  for (const x of column) {
    if (Number.isNaN(x)) continue
    known++
    sum += x
  }
  return known === 0 ? 0 : sum / known
}

function edgesOf(column: Float64Array, mean: number): Float64Array {
  const step = Math.max(1, Math.ceil(column.length / MOST_VALUES))
  const sorted = Float64Array.from({ length: Math.ceil(column.length / step) }, (_, i) => {
    const x = column[i * step]!
    return Number.isNaN(x) ? mean : x
  }).sort()
  const edges: number[] = []
  for (let b = 1; b < MOST_BINS; b++) {
    const at = Math.floor((b * sorted.length) / MOST_BINS)
    const [below, above] = [sorted[Math.max(0, at - 1)]!, nextAbove(sorted, at)]
    if (above === undefined) break
    const edge = below + (above - below) / 2
    // Between neighbours in the last bit the middle is one of them.
    if (edge < above && edge !== edges.at(-1)) edges.push(edge)
  }
  return Float64Array.from(edges)
}

/** The first value from `at` on that is above the one before `at`. */
function nextAbove(sorted: Float64Array, at: number): number | undefined {
  const below = sorted[Math.max(0, at - 1)]!
  let [low, high] = [at, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! > below) high = middle
    else low = middle + 1
  }
  return sorted[low]
}

/** How many edges lie below the value. */
function binOf(x: number, edges: Float64Array): number {
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (x > edges[middle]!) low = middle + 1
    else high = middle
  }
  return low
}
