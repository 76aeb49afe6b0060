import { fitHazard } from './hazard.ts'
import { levelOf } from './levels.ts'
import { type Table } from './table.ts'

/** How well-measured log-odds are: 1, 0 and 0 where they hold. */
export type CalibrationSlope = Readonly<{
  /** Of the logistic regression of what happened on the log-odds; below 1 = the model is too sure. With its error. */
  slope: number
  slopeError: number
  intercept: number
  /** Calibration in the large: what all log-odds lack, with the slope left at 1. Above 0 = more lapse than predicted. */
  inTheLarge: number
}>

/**
 * Cox, "Two Further Applications of a Model for Binary Regression", Biometrika 45, 1958. NaN for the slope where all
 * log-odds are the same. Throws unless there is a member who lapsed and one who did not.
 */
export function calibrationSlope(logits: Float64Array, labels: Uint8Array): CalibrationSlope {
  const n = labels.length
  const table: Table = { names: ['logit'], columns: [logits], labels, offset: new Float64Array(n), n }
  const model = fitHazard(table, { lambda: 0 })
  const inTheLarge = levelOf(logits, table)
  const [feature] = model.features
  if (feature === undefined)
    return { slope: Number.NaN, slopeError: Number.NaN, intercept: model.intercept, inTheLarge }
  const { mean, sd, weight } = feature
  // The lower triangle holds the intercept, what both share, and the weight's variance.
  const slopeError = Math.sqrt(model.covariance[2]!) / sd
  return { slope: weight / sd, slopeError, intercept: model.intercept - (weight * mean) / sd, inTheLarge }
}
