import { toGrain } from '@perennial/predictors'
import { cholesky, inverseTriangle } from './cholesky.ts'
import { type Design, designOf, withoutCollinear } from './design.ts'
import { likelihood, type Maximum, maximise } from './newton.ts'
import { type Separation, separationOf } from './separation.ts'
import { type Dropped, type Scale, scalesOf } from './standardise.ts'
import { lapsesIn, type Table, thinned } from './table.ts'

/**
 * A column's part: weight · (value − mean) / sd, in log-odds; 0 where the value is unknown. A value below `low` or above
 * `high` counts as these: a column that hardly varies in training, and does later, would else outweigh all others.
 */
export type HazardFeature = Scale & Readonly<{ weight: number }>

/** How the fit went. */
export type HazardFit = Readonly<{
  /** Rows, and those of them that lapsed. */
  n: number
  lapses: number
  logLikelihood: number
  converged: boolean
  iterations: number
  separation: Separation
  /** The ridge strength that was asked for, where another had to be used. */
  lambdaAsked?: number
}>

/** A logistic hazard: logit = offset + intercept + Σ weight · (value − mean) / sd. Plain data. */
export type Hazard = Readonly<{
  kind: 'hazard'
  intercept: number
  features: readonly HazardFeature[]
  dropped: readonly Dropped[]
  /** Strength of the ridge: each standardised weight is taken to come from a normal with variance 1 / lambda. */
  lambda: number
  /** Lower triangle, row by row, intercept first: inverse of the penalised information. */
  covariance: readonly number[]
  fit: HazardFit
}>

/** The ridge that takes over where there is no finite maximum without one. */
const RESCUE_LAMBDA = 1

type HazardOptions = Readonly<{
  lambda: number
  /** Whether it will be asked how sure it is: with many columns that costs as much as the rest. */
  covariance?: boolean
}>

/**
 * Fits the logistic hazard by maximum likelihood, with a ridge of strength `lambda` (0 = none) on the
 * standardised weights; the intercept is free, and classes are not reweighted, because probabilities are wanted.
 * Columns that cannot have a weight are dropped, with the reason. Where the labels are separable and `lambda` is 0,
 * a ridge of 1 keeps the weights finite, which `fit` tells.
 * Throws unless there is a member who lapsed and one who did not.
 */
export function fitHazard(table: Table, { lambda, covariance = true }: HazardOptions): Hazard {
  const lapses = lapsesIn(table)
  if (lapses === 0 || lapses === table.n)
    throw new Error(`A hazard needs members who lapsed and members who did not: ${lapses} of ${table.n} lapsed.`)
  const all = scalesOf(table)
  const { scales, dropped } = withoutCollinear(table, all.scales)
  const design = designOf(table, scales)
  const first = maximise(design, lambda, { start: startOf(table, scales, lambda), whole: covariance })
  const separation = separationOf(design, first)
  const rescued = lambda === 0 && (separation.kind !== 'none' || !first.converged)
  const used = rescued ? RESCUE_LAMBDA : lambda
  const maximum = rescued ? maximise(design, used, { whole: covariance }) : first
  return {
    kind: 'hazard',
    ...weightsOf(scales, maximum),
    dropped: [...all.dropped, ...dropped],
    lambda: used,
    covariance: covariance ? covarianceOf(maximum.at.information, design.size) : [],
    fit: {
      n: table.n,
      lapses,
      logLikelihood: maximum.at.logLikelihood,
      converged: maximum.converged,
      iterations: maximum.iterations,
      separation,
      ...(rescued ? { lambdaAsked: lambda } : {}),
    },
  }
}

type Start = NonNullable<NonNullable<Parameters<typeof maximise>[2]>['start']>

/** Above so many rows, the search begins where it ends for some of them: most steps then cost little. */
const ROWS_TO_START_WITH = 20_000

function startOf(table: Table, scales: readonly Scale[], lambda: number): Start | undefined {
  if (table.n < 3 * ROWS_TO_START_WITH) return undefined
  const some = thinned(table, ROWS_TO_START_WITH)
  const lapses = lapsesIn(some)
  if (lapses === 0 || lapses === some.n) return undefined
  // With this much of a ridge in any case: a column may be constant among the few.
  const ridge = Math.max(1, lambda)
  const { weights, at } = maximise(designOf(some, scales), ridge)
  const times = table.n / some.n
  const information = at.information.map((x) => x * times)
  // The ridge does not grow with the rows.
  for (let k = 1; k <= scales.length; k++) information[k * (scales.length + 2)]! -= ridge * times - lambda
  return { weights, information }
}

function weightsOf(scales: readonly Scale[], { weights }: Maximum): Pick<Hazard, 'intercept' | 'features'> {
  // On the grain, the intercept of a score is that of the file.
  return {
    intercept: toGrain(weights[0]!),
    features: scales.map((scale, k) => ({ ...scale, weight: weights[k + 1]! })),
  }
}

function covarianceOf(information: Float64Array, size: number): readonly number[] {
  const factor = cholesky({ values: information, size })
  if (factor === undefined) throw new Error('The fit has no covariance, because its weights have no finite maximum.')
  return inverseTriangle(factor, size)
}

/** The covariance that weights would have if they were 0 and the offset all there is to the logit. */
export function covarianceAt(design: Design, lambda: number): readonly number[] {
  return covarianceOf(likelihood(design, new Float64Array(design.size), lambda).information, design.size)
}
