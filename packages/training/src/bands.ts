import { type BandRules, logOdds, probability } from '@perennial/risk'
import { percent } from './words.ts'

/** Of the members learned from, the part that the band begins with. */
const HIGH_SHARE = 0.1
const MEDIUM_SHARE = 0.3

/** Log-odds that the two bands lie apart at least: where all are alike, shares of them mean nothing. */
const LEAST_GAP = 0.5
/** Log-odds below the entrance at which a band is left: odds of four fifths. */
const WAY_OUT = -Math.log(0.8)
/** Risks beyond these are no thresholds. */
const [LEAST, MOST] = [0.01, 0.98]

/**
 * Thresholds by a stated rule: high is where the tenth of the members learned from with the highest risk began, medium
 * where three tenths did. `logits` are calibrated, of the members of the latest cut-off.
 */
export function bandsFor(logits: Float64Array): BandRules {
  const sorted = logits.toSorted()
  const above = (share: number) => sorted[Math.floor((1 - share) * sorted.length)] ?? 0
  const medium = within(above(MEDIUM_SHARE), logOdds(LEAST), logOdds(MOST) - LEAST_GAP)
  const high = within(Math.max(above(HIGH_SHARE), medium + LEAST_GAP), logOdds(LEAST), logOdds(MOST))
  const edges = (logit: number) => ({ enter: rounded(probability(logit)), exit: rounded(probability(logit - WAY_OUT)) })
  return {
    medium: edges(medium),
    high: edges(high),
    holdDays: { rise: 0, fall: 7 },
    reason:
      `High begins where the ${percent(HIGH_SHARE, 0)} of the members learned from with the highest risk began, medium ` +
      `where ${percent(MEDIUM_SHARE, 0)} did, and half a log-odd apart at least. Left at four fifths of the odds. A rise ` +
      'is told at once; a fall waits a week, so that nobody swings in and out.',
  }
}

function within(x: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, x))
}

/** Four digits: enough for a threshold, and readable. */
function rounded(p: number): number {
  return Math.round(p * 1e4) / 1e4
}
