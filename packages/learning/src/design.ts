import { addGram, BLOCK_ROWS } from './gram.ts'
import { type Dropped, type Scale } from './standardise.ts'
import { columnsOf, type Table } from './table.ts'

/** The columns of a regression, standardised block by block when they are needed: a copy would double the memory. */
export type Design = Readonly<{
  columns: readonly Float64Array[]
  scales: readonly Scale[]
  labels: Uint8Array
  offset: Float64Array
  n: number
  /** Intercept and columns. */
  size: number
}>

export function designOf(table: Table, scales: readonly Scale[]): Design {
  const { columns, labels, offset, n } = columnsOf(
    table,
    scales.map(({ name }) => name),
  )
  return { columns, scales, labels, offset, n, size: 1 + scales.length }
}

/** Room for one block of rows: column k starts at k · `BLOCK_ROWS`; column 0 is the intercept. */
export function newBlock(size: number): Float64Array {
  return new Float64Array(size * BLOCK_ROWS)
}

/** Writes the standardised rows from `start` on, unknown ones as 0, and answers how many there are. */
export function fillBlock({ columns, scales, n, size }: Design, start: number, block: Float64Array): number {
  const rows = Math.min(BLOCK_ROWS, n - start)
  block.fill(1, 0, rows)
  if (rows < BLOCK_ROWS) block.fill(0, rows, BLOCK_ROWS)
  for (let k = 1; k < size; k++) {
    const column = columns[k - 1]!
    const { mean, sd } = scales[k - 1]!
    const at = k * BLOCK_ROWS
    for (let r = 0; r < rows; r++) {
      const x = (column[start + r]! - mean) / sd
      // NaN is the one number that differs from itself; a test by call costs as much again as the division.
      block[at + r] = x === x ? x : 0
    }
    if (rows < BLOCK_ROWS) block.fill(0, at + rows, at + BLOCK_ROWS)
  }
  return rows
}

/** What of a column's variance must be its own for it to be kept: less is rounding dust of a linear combination. */
const LEAST_OWN_SHARE = 1e-10

/**
 * The scales without columns that are a linear combination of earlier ones (and a constant): no data can tell such
 * weights apart. By Cholesky's method on the sums of products, in the order of the columns.
 */
export function withoutCollinear(
  table: Table,
  scales: readonly Scale[],
): Readonly<{ scales: readonly Scale[]; dropped: readonly Dropped[] }> {
  const design = designOf(table, scales)
  const gram = products(design)
  const { size } = design
  const factor = new Float64Array(size * size)
  const kept: number[] = []
  for (let i = 0; i < size; i++) {
    let own = gram[i * size + i]!
    const least = LEAST_OWN_SHARE * own
    for (const j of kept) {
      const shared = kept.slice(0, kept.indexOf(j))
      const inner = shared.reduce((sum, k) => sum + factor[i * size + k]! * factor[j * size + k]!, 0)
      const x = (gram[i * size + j]! - inner) / factor[j * size + j]!
      factor[i * size + j] = x
      own -= x * x
    }
    if (own <= least) continue
    factor[i * size + i] = Math.sqrt(own)
    kept.push(i)
  }
  const dropped = scales.filter((_, k) => !kept.includes(k + 1))
  return {
    scales: scales.filter((_, k) => kept.includes(k + 1)),
    dropped: dropped.map(({ name }) => ({ name, reason: 'a linear combination of the columns before it' })),
  }
}

/** Σ x·xᵀ over the rows, lower triangle. */
function products(design: Design): Float64Array {
  const gram = new Float64Array(design.size * design.size)
  const block = newBlock(design.size)
  for (let start = 0; start < design.n; start += BLOCK_ROWS) {
    fillBlock(design, start, block)
    addGram(gram, design.size, block, block)
  }
  return gram
}
