import { cholesky, inverseTriangle } from './cholesky.ts'
import { type Design } from './design.ts'
import { type Maximum } from './newton.ts'

/**
 * Whether a threshold on the columns tells who lapsed without error, so that the likelihood has no finite maximum
 * (Albert & Anderson, "On the Existence of Maximum Likelihood Estimates in Logistic Regression Models",
 * Biometrika 71(1), 1984). `quasi`: but for ties at the threshold; `columns` names those that do it alone.
 */
export type Separation =
  | Readonly<{ kind: 'none' }>
  | Readonly<{ kind: 'complete' }>
  | Readonly<{ kind: 'quasi'; columns: readonly string[] }>

/**
 * A standardised weight this uncertain (in log-odds) is on its way to infinity: several columns together separate.
 * Seen only without a ridge, which would hold it.
 */
const ENDLESS_ERROR = 1_000

/** Judges a fit. Separation by several columns together that a ridge hides, and only that, goes unseen. */
export function separationOf(design: Design, { at, converged }: Maximum): Separation {
  if (at.separates) return { kind: 'complete' }
  const columns = design.scales.filter((_, k) => separatesAlone(design.columns[k]!, design)).map(({ name }) => name)
  if (columns.length > 0) return { kind: 'quasi', columns }
  return !converged || isEndless(at.information, design.size) ? { kind: 'quasi', columns: [] } : { kind: 'none' }
}

/** Whether no member who stayed stands beyond one who lapsed, or the other way round. Unknown stands at the mean. */
function separatesAlone(column: Float64Array, { scales, columns, labels }: Design): boolean {
  const { mean } = scales[columns.indexOf(column)]!
  const lowest = [Infinity, Infinity]
  const highest = [-Infinity, -Infinity]
  for (let i = 0; i < column.length; i++) {
    const x = column[i]!
    const value = x === x ? x : mean
    const label = labels[i]!
    if (value < lowest[label]!) lowest[label] = value
    if (value > highest[label]!) highest[label] = value
  }
  return lowest[1]! >= highest[0]! || lowest[0]! >= highest[1]!
}

function isEndless(information: Float64Array, size: number): boolean {
  const factor = cholesky({ values: information, size })
  if (factor === undefined) return true
  const triangle = inverseTriangle(factor, size)
  const variances = Array.from({ length: size }, (_, k) => triangle[(k * (k + 3)) / 2]!)
  return Math.max(...variances) > ENDLESS_ERROR ** 2
}
