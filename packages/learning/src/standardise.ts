import { type Table } from './table.ts'

/** Mean and standard deviation of the known values of a column of the training rows. */
export type Scale = Readonly<{ name: string; mean: number; sd: number }>

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
    const { known, mean, sd } = moments(column)
    if (known === 0) dropped.push({ name, reason: 'unknown for every member' })
    // Below this the differences are rounding dust.
    else if (sd <= 1e-12 * Math.abs(mean) || sd === 0)
      dropped.push({ name, reason: `the same for every member: ${Number(mean.toPrecision(6))}` })
    else scales.push({ name, mean, sd })
  })
  return { scales, dropped }
}

function moments(column: Float64Array): Readonly<{ known: number; mean: number; sd: number }> {
  let [known, sum] = [0, 0]
  for (const x of column) {
    if (Number.isNaN(x)) continue
    known++
    sum += x
  }
  // Not −0, which a file would not keep.
  const mean = sum / known + 0
  let squares = 0
  for (const x of column) if (!Number.isNaN(x)) squares += (x - mean) * (x - mean)
  return { known, mean, sd: Math.sqrt(squares / known) }
}
