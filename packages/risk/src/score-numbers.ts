import type { Contribution, Score } from './score.ts'

/**
 * Where each number of a score stands in its flat form, which the hot path uses
 * because it allocates nothing. After them, per contribution in the model's
 * order, come its value (NaN = unknown) and its log-odds.
 */
export const SCORE = {
  at: 0,
  lapseRisk: 1,
  logit: 2,
  /** 1 = the renewal of a running term, 0 = activity: see `Horizon`. */
  forRenewal: 3,
  horizonAt: 4,
  engagementScore: 5,
  confidence: 6,
  dues: 7,
  valueAtRisk: 8,
  remainingTerms: 9,
  futureValueAtRisk: 10,
} as const

/** Where the contributions begin. */
export const SCORE_SLOTS = 11

/** The score in `numbers` from `from` on, as others read it. `names`: of the contributions, in the model's order. */
export function readScore(modelId: string, names: readonly string[], numbers: Float64Array, from = 0): Score {
  const number = (slot: number) => numbers[from + slot] ?? 0
  return {
    modelId,
    at: number(SCORE.at),
    lapseRisk: number(SCORE.lapseRisk),
    logit: number(SCORE.logit),
    contributions: names.map((feature, k) => contributionAt(feature, numbers, from + SCORE_SLOTS + 2 * k)),
    horizon: { kind: number(SCORE.forRenewal) === 1 ? 'renewal' : 'activity', at: number(SCORE.horizonAt) },
    engagementScore: number(SCORE.engagementScore),
    confidence: number(SCORE.confidence),
    dues: number(SCORE.dues),
    valueAtRisk: number(SCORE.valueAtRisk),
    remainingTerms: number(SCORE.remainingTerms),
    futureValueAtRisk: number(SCORE.futureValueAtRisk),
  }
}

function contributionAt(feature: string, numbers: Float64Array, at: number): Contribution {
  const value = numbers[at] ?? NaN
  const known = !Number.isNaN(value)
  return { feature, value: known ? value : 0, known, contribution: numbers[at + 1] ?? 0 }
}
