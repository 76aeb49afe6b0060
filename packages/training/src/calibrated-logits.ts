import { type Calibration, columnsOf, type LapseModel, predictorOf, type Table } from '@perennial/learning'
import { calibrated, toGrain } from '@perennial/predictors'

/**
 * Calibrated log-odds of every row, by the very arithmetic of the scorer that runs live: a straight calibration is part
 * of the weights, or of the trees' contributions, and what is rounded is rounded there.
 */
export function calibratedLogits(model: LapseModel, calibration: Calibration, table: Table): Float64Array {
  if (calibration.kind === 'isotonic')
    return logitsWith(model, table, { slope: 1, intercept: 0 }).map((logit) => toGrain(calibrated(calibration, logit)))
  return logitsWith(model, table, calibration)
}

type Line = Readonly<{ slope: number; intercept: number }>

function logitsWith(model: LapseModel, table: Table, { slope, intercept }: Line): Float64Array {
  const isHazard = model.kind === 'hazard'
  const scaled = isHazard
    ? { ...model, features: model.features.map((one) => ({ ...one, weight: slope * one.weight })) }
    : model
  const predictor = predictorOf(scaled)
  const { columns, offset, n } = columnsOf(table, predictor.names)
  const base = toGrain(slope * (isHazard ? model.intercept : predictor.intercept) + intercept)
  const partSlope = isHazard ? 1 : slope
  const [values, parts] = [new Float64Array(columns.length), new Float64Array(columns.length)]
  const logits = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < columns.length; k++) values[k] = columns[k]?.[i] ?? Number.NaN
    predictor.logit(values, 0, parts)
    let logit = base + toGrain(slope * (offset[i] ?? 0))
    for (const part of parts) logit += toGrain(partSlope * part)
    logits[i] = logit
  }
  return logits
}
