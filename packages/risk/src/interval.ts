import { calibrated, logitError, uncalibrated } from '@perennial/predictors'
import { type Compiled, FIRST_FEATURE } from './compiled.ts'
import { probability } from './log-odds.ts'
import type { TrainedModel } from './model.ts'

/** Between what a risk lies with 90 % probability, as far as the training members settle it. */
export type RiskInterval = Readonly<{ low: number; high: number }>

/** Standard errors either way: 90 % of a normal. */
const Z90 = 1.645

/**
 * After `evaluate`, which gave `logit`: the interval of that row's risk by the delta method on the logit, from the
 * covariance of the weights. It says nothing about a world that has changed.
 */
export function riskInterval(model: TrainedModel, { values }: Compiled, logit: number): RiskInterval {
  const { calibration } = model
  // An unknown feature stands at its mean, where it adds nothing to the error.
  const own = values.subarray(FIRST_FEATURE, FIRST_FEATURE + model.features.length)
  const reach = Z90 * logitError(model, own)
  const before = uncalibrated(calibration, logit)
  const at = (x: number) => probability(calibrated(calibration, x))
  return { low: at(before - reach), high: at(before + reach) }
}
