import { type Table } from './table.ts'

/**
 * Mean and standard deviation of the known values of a column of the training rows, and between what a weight for it
 * may be relied on: from a standard deviation below the least of them to one above the greatest.
 */
export type Scale = Readonly<{ name: string; mean: number; sd: number; low: number; high: number }>

/** A column that no weight can be found for, and why. */
export type Dropped = Readonly<{ name: string; reason: string }>

/**
 * Mean and standard deviation (over n) of each column's known values; a column without two different known
 * values is dropped.
 */
export function scalesOf(table: Table): Readonly<{ scales: readonly Scale[]; dropped: readonly Dropped[] }> {
  const scales: Scale[] = []
  const dropped: Dropped[] = []
  table.columns.forEach((column, k) => {
    const name = table.names[k]!
    const { known, ...moments } = momentsOf(column)
    const { mean, sd } = moments
    if (known === 0) dropped.push({ name, reason: 'unknown for every member' })
    // Below this the differences are rounding dust.
    else if (sd <= 1e-12 * Math.abs(mean) || sd === 0)
      dropped.push({ name, reason: `the same for every member: ${Number(mean.toPrecision(6))}` })
    else scales.push({ name, ...moments })
  })
  return { scales, dropped }
}

function momentsOf(column: Float64Array): Omit<Scale, 'name'> & Readonly<{ known: number }> {
  let [known, sum, low, high] = [0, 0, Infinity, -Infinity]
  for (const x of column) {
    if (Number.isNaN(x)) continue
    known++
    sum += x
    if (x < low) low = x
    if (x > high) high = x
  }
  // Not −0, which a file would not keep.
  const mean = sum / known + 0
  let squares = 0
  for (const x of column) if (!Number.isNaN(x)) squares += (x - mean) * (x - mean)
  const sd = Math.sqrt(squares / known)
  return { known, mean, sd, low: low - sd, high: high + sd }
}
