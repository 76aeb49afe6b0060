import { auc, brier, ece, liftAt, logLoss } from '@perennial/learning'

/** How good log-odds were. NaN where it cannot be said. */
export type Metrics = Readonly<{ auc: number; logLoss: number; brier: number; liftAt10: number; ece: number }>

/** Log-odds by somebody's rule, and how good they were. */
export type Scored = Readonly<{ name: string; logits: Float64Array; metrics: Metrics }>

/** The share of members, those with the highest risk, that `liftAt10` is about: what an association can ring up. */
export const FLAGGED_SHARE = 0.1

export function scored(name: string, logits: Float64Array, labels: Uint8Array): Scored {
  return { name, logits, metrics: metricsOf(logits, labels) }
}

function metricsOf(logits: Float64Array, labels: Uint8Array): Metrics {
  return {
    auc: auc(logits, labels),
    logLoss: logLoss(logits, labels),
    brier: brier(logits, labels),
    liftAt10: liftAt(FLAGGED_SHARE, logits, labels),
    ece: ece(logits, labels),
  }
}
