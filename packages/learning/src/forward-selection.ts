import { cholesky, solveLower } from './cholesky.ts'
import { designOf, withoutCollinear } from './design.ts'
import { fitHazard, type Hazard } from './hazard.ts'
import { fitWithLevels, withLevels } from './levels.ts'
import { likelihood, maximise } from './newton.ts'
import { firstWithinNoise } from './noise.ts'
import { logitsOf } from './predictor.ts'
import { type Splits } from './splits.ts'
import { scalesOf } from './standardise.ts'
import { columnsOf, pooled, type Table } from './table.ts'

/** Of a model on few columns: next to nothing, but it keeps weights finite. */
const SLIGHT_RIDGE = 1

/** How many columns to take up at most, and which one to begin with, if any. */
export type Search = Readonly<{ most: number; first?: string | undefined }>

/**
 * Columns in the order in which a forward search takes them up: each time the one with the greatest score statistic
 * (Rao's: what its weight would gain in log likelihood, to second order) beside those already in. At most `most`.
 */
export function forwardPath(table: Table, { most, first }: Search): readonly string[] {
  const { scales } = withoutCollinear(table, scalesOf(table).scales)
  const all = designOf(table, scales)
  const start = scales.findIndex(({ name }) => name === first)
  const taken: number[] = start < 0 ? [] : [start]
  while (taken.length < Math.min(most, scales.length)) {
    const some = designOf(
      table,
      taken.map((k) => scales[k]!),
    )
    const { weights } = maximise(some, SLIGHT_RIDGE)
    const embedded = new Float64Array(all.size)
    embedded[0] = weights[0]!
    taken.forEach((k, position) => (embedded[k + 1] = weights[position + 1]!))
    taken.push(bestAddition(likelihood(all, embedded, SLIGHT_RIDGE), taken, all.size))
  }
  return taken.map((k) => scales[k]!.name)
}

type Slopes = Readonly<{ gradient: Float64Array; information: Float64Array }>

/** The column, not yet taken, with the greatest gradient² / information of its own. */
function bestAddition({ gradient, information }: Slopes, taken: readonly number[], size: number): number {
  const own = [0, ...taken.map((k) => k + 1)]
  const between = (i: number, j: number) => information[Math.max(i, j) * size + Math.min(i, j)]!
  const values = Float64Array.from(own.flatMap((i) => own.map((j) => between(i, j))))
  const factor = cholesky({ values, size: own.length })
  let [best, most] = [-1, -Infinity]
  for (let k = 1; k < size; k++) {
    if (own.includes(k)) continue
    const beside = Float64Array.from(own, (i) => between(i, k))
    const shared = factor === undefined ? new Float64Array(0) : solveLower(factor, beside)
    const left = shared.reduce((sum, x) => sum - x * x, between(k, k))
    const statistic = gradient[k]! ** 2 / left
    if (best < 0 || statistic > most) [best, most] = [k - 1, statistic]
  }
  return best
}

/**
 * How many columns of the forward path to take: the fewest (one at least) that are not worse on held-back members
 * than the best number by more than noise. The path is found anew in the training part of every
 * split; else those held back would have had a say in it.
 */
export function pathLength(splits: Splits, search: Search): number {
  const bySplit = splits.all.map(({ train, judge }) => {
    const whole = pooled(train)
    const path = forwardPath(withLevels(train, whole, whole.offset), search)
    return path.map((_, k) => logitsOf(fitFew(train, path.slice(0, k + 1)), judge))
  })
  const longest = Math.min(...bySplit.map((lengths) => lengths.length))
  if (longest === 0) return 0
  const judged = Array.from({ length: longest }, (_, k) => bySplit.map((lengths) => lengths[k]!))
  return firstWithinNoise(splits, judged).chosen + 1
}

/** A hazard on those columns. */
export function fitFew(tables: readonly Table[], names: readonly string[]): Hazard {
  return fitWithLevels(
    tables.map((table) => columnsOf(table, names)),
    (table) => fitHazard(table, { lambda: SLIGHT_RIDGE }),
  )
}
