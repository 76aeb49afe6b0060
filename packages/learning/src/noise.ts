import { levelled } from './levels.ts'
import { type Difference, logLossDifference } from './metrics.ts'
import { type LapseModel, logitsOf } from './predictor.ts'
import { type Splits } from './splits.ts'
import { type Table } from './table.ts'

/** Log-odds that one way of learning gave the held-back members of each split. */
export type Judged = readonly Float64Array[]

/** What members held back from it say of a way of learning. */
export function judge(splits: Splits, fit: (train: readonly Table[]) => LapseModel): Judged {
  return splits.all.map(({ train, judge }) => logitsOf(fit(train), judge))
}

/**
 * Mean log loss of `a` less that of `b` over all held-back members. On later cut-offs both are moved to the rate at
 * which the members lapsed: that rate is nobody's to know, and who is less sure would win by any surprise. The standard
 * error is that of the mean of pairs or, where the differences vary more than that from cut-off to cut-off, that of
 * their mean over cut-offs.
 */
export function compare(splits: Splits, a: Judged, b: Judged): Difference {
  const isLater = splits.by === 'later cut-offs'
  const parts = splits.all.map(({ judge }, s) => {
    const [left, right] = isLater ? [levelled(a[s]!, judge), levelled(b[s]!, judge)] : [a[s]!, b[s]!]
    return { n: judge.n, ...logLossDifference(left, right, judge.labels) }
  })
  const n = parts.reduce((sum, part) => sum + part.n, 0)
  const difference = parts.reduce((sum, part) => sum + part.n * part.difference, 0) / n
  const within = Math.sqrt(parts.reduce((sum, part) => sum + (part.n * part.se) ** 2, 0)) / n
  if (!isLater) return { difference, se: UNSEEN_YEARS * within }
  if (parts.length < 2) return { difference, se: within }
  const squares = parts.reduce((sum, part) => sum + (part.difference - difference) ** 2, 0)
  return { difference, se: Math.max(within, Math.sqrt(squares / (parts.length * (parts.length - 1)))) }
}

/**
 * Members of the same cut-off cannot show how much one year differs from the next. The error of a difference is
 * taken as twice what they show.
 */
const UNSEEN_YEARS = 2

/**
 * The one-standard-error rule (Breiman et al., "Classification and Regression Trees", 1984, section 3.4.3): of the
 * candidates, in order from the most cautious, the first that is not worse than the best by more than the standard error
 * of the difference. Answers the index of both.
 */
export function firstWithinNoise(
  splits: Splits,
  candidates: readonly Judged[],
): Readonly<{ chosen: number; best: number }> {
  const base = candidates[0]!
  const differences = candidates.map((judged) => compare(splits, judged, base).difference)
  const best = differences.indexOf(Math.min(...differences))
  const chosen = candidates.findIndex((judged, k) => {
    const { difference, se } = compare(splits, judged, candidates[best]!)
    return k === best || difference <= se
  })
  return { chosen, best }
}
