import { addParts, compileForest, logitError, toGrain } from '@perennial/predictors'
import { type Boosted } from './boosted.ts'
import { type Hazard } from './hazard.ts'
import { columnsOf, type Table } from './table.ts'

/** A fitted model as data; both kinds give log-odds that are a sum of one part for each column. */
export type LapseModel = Hazard | Boosted

/** A model made ready to score. */
export type Predictor = Readonly<{
  /** The columns it reads. */
  names: readonly string[]
  /** Its log-odds for the average member; of trees, the mean over the training rows. */
  intercept: number
  /**
   * Log-odds of one member. `values` are in the order of `names`, NaN = unknown; `offset` is the prior's log-odds.
   * Writes each column's part into `contributions`: offset + intercept + their sum is the answer to the last bit,
   * because all are multiples of 2^−40 (so is the offset, once rounded by this call). Allocates nothing.
   */
  logit(values: ArrayLike<number>, offset: number, contributions: Float64Array): number
  /**
   * Standard error of that logit: how far the training rows settle it. It says nothing about a world that has changed,
   * and of trees only what it would be for a linear model at their probabilities.
   */
  error(values: ArrayLike<number>): number
}>

export function predictorOf(model: LapseModel): Predictor {
  return model.kind === 'hazard' ? hazardPredictor(model) : boostedPredictor(model)
}

function hazardPredictor(model: Hazard): Predictor {
  const { intercept, features } = model
  const means = Float64Array.from(features, ({ mean }) => mean)
  const weights = Float64Array.from(features, ({ weight, sd }) => weight / sd)
  const lows = Float64Array.from(features, ({ low }) => low)
  const highs = Float64Array.from(features, ({ high }) => high)
  return {
    names: features.map(({ name }) => name),
    intercept: toGrain(intercept),
    logit(values, offset, contributions) {
      let logit = toGrain(intercept) + toGrain(offset)
      for (let k = 0; k < weights.length; k++) {
        const value = values[k]!
        const within = value < lows[k]! ? lows[k]! : value > highs[k]! ? highs[k]! : value
        const part = toGrain(weights[k]! * (within - means[k]!))
        // NaN is the one number that differs from itself.
        const known = part === part ? part : 0
        contributions[k] = known
        logit += known
      }
      return logit
    },
    error: (values) => logitError(model, values),
  }
}

function boostedPredictor(model: Boosted): Predictor {
  const means = Float64Array.from(model.features, ({ mean }) => mean)
  const filled = new Float64Array(means.length)
  const forest = compileForest(model.intercept, model.trees)
  return {
    names: model.features.map(({ name }) => name),
    intercept: forest.intercept,
    logit(values, offset, contributions) {
      for (let k = 0; k < filled.length; k++) {
        const x = values[k]!
        filled[k] = x === x ? x : means[k]!
      }
      return forest.intercept + toGrain(offset) + addParts(forest, filled, contributions)
    },
    error: (values) => logitError(model, values),
  }
}

/** Log-odds of every row. Throws when the table lacks a column of the model. */
export function logitsOf(model: LapseModel, table: Table): Float64Array {
  const { names, logit } = predictorOf(model)
  const { columns, offset, n } = columnsOf(table, names)
  const values = new Float64Array(names.length)
  const contributions = new Float64Array(names.length)
  const logits = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < values.length; k++) values[k] = columns[k]![i]!
    logits[i] = logit(values, offset[i]!, contributions)
  }
  return logits
}
