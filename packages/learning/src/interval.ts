import { calibrated, type Calibration } from '@perennial/predictors'
import { probability } from './log-odds.ts'

/** A risk 0..1 and between what it lies. */
export type RiskInterval = Readonly<{ low: number; risk: number; high: number }>

/** Standard errors either way: 95 % of a normal. */
const Z95 = 1.96

/** A member's risk with its interval, `z` standard errors of the logit either way. */
export function riskInterval(
  calibration: Calibration,
  { logit, error }: Readonly<{ logit: number; error: number }>,
  z = Z95,
): RiskInterval {
  const at = (x: number) => probability(calibrated(calibration, x))
  return { low: at(logit - z * error), risk: at(logit), high: at(logit + z * error) }
}
