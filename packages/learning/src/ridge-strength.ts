import { fitHazard } from './hazard.ts'
import { fitWithLevels } from './levels.ts'
import { judge, firstWithinNoise } from './noise.ts'
import { type Splits } from './splits.ts'

/**
 * From strong to weak, by the number of columns: with a strength of one for each column, all columns together are
 * expected to move the logit by about 1, and correlated ones share the weight.
 */
const STRENGTHS = [30, 10, 3, 1]

/** The strongest ridge that is not worse on held-back members than the best one by more than noise. */
export function ridgeStrength(splits: Splits): number {
  const columns = Math.max(1, splits.all[0]!.judge.names.length)
  const strengths = STRENGTHS.map((strength) => strength * columns)
  const judged = strengths.map((lambda) =>
    judge(splits, (train) => fitWithLevels(train, (table) => fitHazard(table, { lambda, covariance: false }))),
  )
  return strengths[firstWithinNoise(splits, judged).chosen]!
}
