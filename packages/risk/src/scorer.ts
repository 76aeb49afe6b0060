import { type EpochMs, type Rows, SLOT, slot, STATUS } from '@perennial/member'
import { type BandNumber, bandsOf } from './bands.ts'
import { type Compiled, compile } from './compiled.ts'
import { confidence } from './confidence.ts'
import { engagementSum, engagementWeights, percentile } from './engagement.ts'
import { evaluate } from './evaluate.ts'
import { probability } from './log-odds.ts'
import type { Model } from './model.ts'
import { type Evaluated, nextCheck, watchOf } from './next-check.ts'
import { LAST_YEAR, membershipYear, remainingTerms } from './prior.ts'
import { type Contribution, horizonOf, type Score } from './score.ts'

/**
 * A model ready to score rows. Not for use from several threads at once: it
 * keeps the numbers of the row in hand. An `at` before the row's latest fact is taken as that fact's time.
 */
export type Scorer = Readonly<{
  model: Model
  /** Hot path, allocates nothing: the sum of the contributions. */
  logit(rows: Rows, i: number, at: EpochMs): number
  /** 0..1; 1 for a member who has lapsed. */
  lapseRisk(rows: Rows, i: number, at: EpochMs): number
  score(rows: Rows, i: number, at: EpochMs): Score
  /** The band after `risk` at `at`, for a member in `band` since `since`: hysteresis and hold. */
  nextBand(band: BandNumber, since: EpochMs, risk: number, at: EpochMs): BandNumber
  /**
   * Safe earliest instant after `at` at which, with no further facts, `nextBand`
   * could answer another band than the row's, or a date-driven step falls due; Infinity = never.
   */
  nextCheck(rows: Rows, i: number, at: EpochMs): EpochMs
  /**
   * `nextCheck` at the instant of the last call of `logit`, `lapseRisk` or `score`,
   * which must have been for this row, with no fact folded since: a third of the cost.
   * The band in the row may have been set in between.
   */
  nextCheckAsScored(rows: Rows, i: number): EpochMs
}>

export function createScorer(model: Model): Scorer {
  const compiled = compile(model)
  const bands = bandsOf(model.bands)
  const watch = watchOf(compiled, bands)
  const describe = describeWith(model, compiled)
  const last = { at: 0, logit: 0 }
  function logit(rows: Rows, i: number, asked: EpochMs): number {
    last.at = Math.max(asked, slot(rows, i, SLOT.asOf))
    last.logit = evaluate(compiled, rows, i, last.at)
    return last.logit
  }
  return {
    model,
    logit,
    lapseRisk: (rows, i, at) => riskOf(rows, i, logit(rows, i, at)),
    score(rows, i, at) {
      logit(rows, i, at)
      return describe(rows, i, last)
    },
    nextBand: bands.next,
    nextCheck(rows, i, at) {
      logit(rows, i, at)
      return nextCheck(watch, rows, i, last)
    },
    nextCheckAsScored: (rows, i) => nextCheck(watch, rows, i, last),
  }
}

function riskOf(rows: Rows, i: number, logit: number): number {
  return slot(rows, i, SLOT.status) === STATUS.lapsed ? 1 : probability(logit)
}

/** Makes the score of the evaluation just done. */
function describeWith(model: Model, compiled: Compiled): (rows: Rows, i: number, evaluated: Evaluated) => Score {
  const weights = engagementWeights(model)
  // By year of membership: the term that a renewal now buys, and those that may follow it.
  const terms = Array.from({ length: LAST_YEAR + 1 }, (_, year) => {
    const { discountRate } = model.prior
    return 1 + remainingTerms(model.prior, year + 1, discountRate) / (1 + discountRate)
  })
  return (rows, i, { at, logit }) => {
    const lapseRisk = riskOf(rows, i, logit)
    const dues = slot(rows, i, SLOT.dues)
    const valueAtRisk = dues * lapseRisk
    const ahead = terms[membershipYear(rows, i)] ?? 1
    return {
      modelId: model.id,
      at,
      lapseRisk,
      logit,
      contributions: contributionsOf(compiled),
      horizon: horizonOf(rows, i, at, model.horizon.activityDays),
      engagementScore: percentile(model.engagement, engagementSum(compiled, weights)),
      confidence: confidence(model.confidence, rows, i, at),
      dues,
      valueAtRisk,
      remainingTerms: ahead,
      futureValueAtRisk: valueAtRisk * ahead,
    }
  }
}

function contributionsOf({ names, values, unknown, contributions }: Compiled): readonly Contribution[] {
  return names.map((feature, k) => {
    const known = unknown[k] === 0
    return { feature, value: known ? (values[k] ?? 0) : 0, known, contribution: contributions[k] ?? 0 }
  })
}
