import { featuresFor } from '@perennial/features'
import { BUILT_IN, type EpochMs, type Rows, signalSlot, SLOT, slot, STATUS, type Vocabulary } from '@perennial/member'
import { remainingTerms } from '@perennial/priors'
import { type BandNumber, bandsOf } from './bands.ts'
import { type Compiled, compile } from './compiled.ts'
import { confidence } from './confidence.ts'
import { engagementSum, engagementWeights, percentile } from './engagement.ts'
import { evaluate } from './evaluate.ts'
import { horizonsOf } from './horizon.ts'
import { riskInterval } from './interval.ts'
import { probability } from './log-odds.ts'
import { LAST_YEAR, membershipYear } from './membership-year.ts'
import type { Model } from './model.ts'
import { type Evaluated, nextCheck, watchOf } from './next-check.ts'
import { type RiskAbove, riskAbove } from './risk-above.ts'
import { reason, type Score, type Told } from './score.ts'
import { readScore, SCORE, SCORE_SLOTS } from './score-numbers.ts'

/**
 * A model ready to score rows. Not for use from several threads at once: it
 * keeps the numbers of the row in hand. An `at` before the row's latest fact is taken as that fact's time.
 */
export type Scorer = Readonly<{
  model: Model
  /** The signals of the rows that it scores. */
  vocabulary: Vocabulary
  /** Hot path, allocates nothing: the sum of the contributions. */
  logit(rows: Rows, i: number, at: EpochMs): number
  /** 0..1; 1 for a member who has lapsed. */
  lapseRisk(rows: Rows, i: number, at: EpochMs): number
  /** Everything, with the interval of the risk where the model can tell one. */
  score(rows: Rows, i: number, at: EpochMs): Score
  /** A contribution in plain words, without its number: "silent for 112 days". */
  reason(part: Told): string
  /** Of the contributions, in the order of a score's: intercept, prior, then the features of the model, and a calibration by a broken line. */
  contributionNames: readonly string[]
  /** How many numbers a score is in its flat form. */
  scoreSlots: number
  /** Hot path, allocates nothing: the score of the last evaluation (as with `nextCheckAsScored`) in flat form, see `SCORE`. */
  writeAsScored(rows: Rows, i: number, out: Float64Array, from: number): void
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
  /** Since when the risk has been at a level (0..1, both excluded) or above it, or until when it is not: see `riskAbove`. */
  riskAbove(rows: Rows, i: number, level: number, at: EpochMs): RiskAbove | undefined
}>

/** `vocabulary`: the signals of the rows to be scored. Throws when the model weighs a feature that they do not give. */
export function createScorer(model: Model, vocabulary: Vocabulary = BUILT_IN): Scorer {
  const features = featuresFor(vocabulary)
  const compiled = compile(model, features)
  const slots = signalSlot(vocabulary.signals.length)
  const bands = bandsOf(model.bands)
  const watch = watchOf(model, compiled, bands)
  const write = writeWith(model, compiled)
  const withInterval = intervalsOf(model, compiled)
  const scoreSlots = SCORE_SLOTS + 2 * compiled.names.length
  const last = { at: 0, logit: 0 }
  function logit(rows: Rows, i: number, asked: EpochMs): number {
    // It would read into the next row.
    if (rows.slots < slots) throw new Error('The scorer was made for more signals than the rows have room for.')
    last.at = Math.max(asked, slot(rows, i, SLOT.asOf))
    last.logit = evaluate(compiled, rows, i, last.at)
    return last.logit
  }
  return {
    model,
    vocabulary,
    logit,
    lapseRisk: (rows, i, at) => riskOf(rows, i, logit(rows, i, at)),
    score(rows, i, at) {
      logit(rows, i, at)
      const numbers = new Float64Array(scoreSlots)
      write(rows, i, last, numbers, 0)
      return withInterval(readScore(model.id, compiled.names, numbers), rows, i)
    },
    reason: (part) => reason(features, part),
    contributionNames: compiled.names,
    scoreSlots,
    writeAsScored: (rows, i, out, from) => write(rows, i, last, out, from),
    nextBand: bands.next,
    nextCheck(rows, i, at) {
      logit(rows, i, at)
      return nextCheck(watch, rows, i, last)
    },
    nextCheckAsScored: (rows, i) => nextCheck(watch, rows, i, last),
    riskAbove: (rows, i, level, at) => riskAbove(watch, rows, i, level, at),
  }
}

function riskOf(rows: Rows, i: number, logit: number): number {
  return slot(rows, i, SLOT.status) === STATUS.lapsed ? 1 : probability(logit)
}

/** Adds the interval to the score of the evaluation just done, where there is one. */
function intervalsOf(model: Model, compiled: Compiled) {
  return (score: Score, rows: Rows, i: number): Score => {
    if (model.kind !== 'trained' || slot(rows, i, SLOT.status) === STATUS.lapsed) return score
    return { ...score, interval: riskInterval(model, compiled, score.logit) }
  }
}

type Write = (rows: Rows, i: number, evaluated: Evaluated, out: Float64Array, from: number) => void

/** Writes the score of the evaluation just done in its flat form. */
function writeWith(model: Model, compiled: Compiled): Write {
  const weights = engagementWeights(model)
  const horizons = horizonsOf(model)
  // By year of membership: the term that a renewal now buys, and those that may follow it.
  const terms = Float64Array.from({ length: LAST_YEAR + 1 }, (_, year) => {
    const { discountRate } = model.prior
    return 1 + remainingTerms(model.prior, year + 1, discountRate) / (1 + discountRate)
  })
  return (rows, i, { at, logit }, out, from) => {
    const lapseRisk = riskOf(rows, i, logit)
    const dues = slot(rows, i, SLOT.dues)
    const valueAtRisk = dues * lapseRisk
    const ahead = terms[membershipYear(rows, i)] ?? 1
    out[from + SCORE.at] = at
    out[from + SCORE.lapseRisk] = lapseRisk
    out[from + SCORE.logit] = logit
    out[from + SCORE.forRenewal] = horizons.isForRenewal(rows, i, at) ? 1 : 0
    out[from + SCORE.horizonAt] = horizons.end(rows, i, at)
    out[from + SCORE.engagementScore] = percentile(model.engagement, engagementSum(compiled, weights))
    out[from + SCORE.confidence] = confidence(model.confidence, rows, i, at)
    out[from + SCORE.dues] = dues
    out[from + SCORE.valueAtRisk] = valueAtRisk
    out[from + SCORE.remainingTerms] = ahead
    out[from + SCORE.futureValueAtRisk] = valueAtRisk * ahead
    const { values, unknown, contributions } = compiled
    for (let k = 0, to = from + SCORE_SLOTS; k < contributions.length; k++, to += 2) {
      out[to] = unknown[k] === 1 ? NaN : (values[k] ?? 0)
      out[to + 1] = contributions[k] ?? 0
    }
  }
}
