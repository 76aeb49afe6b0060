import { midranks } from './ranks.ts'

/** An area under the ROC curve and its standard error. */
export type Auc = Readonly<{ auc: number; se: number }>

/**
 * Probability that a member who lapsed has the higher score than one who did not, ties counting half.
 * NaN unless there are both. Scores may be probabilities, log-odds, or anything that rises with the risk.
 */
export function auc(scores: ArrayLike<number>, labels: Uint8Array): number {
  return placements(scores, labels).auc
}

/**
 * With the standard error of DeLong, DeLong & Clarke-Pearson, "Comparing the Areas under Two or More Correlated
 * ROC Curves", Biometrics 44(3), 1988, by midranks: Sun & Xu, IEEE Signal Processing Letters 21(11), 2014.
 */
export function aucWithError(scores: ArrayLike<number>, labels: Uint8Array): Auc {
  const { auc, lapsed, stayed } = placements(scores, labels)
  return { auc, se: Math.sqrt(covariance(lapsed, lapsed) / lapsed.length + covariance(stayed, stayed) / stayed.length) }
}

/** AUC of `a` less that of `b` on the same members, and the standard error of that difference (DeLong). */
export function aucDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  labels: Uint8Array,
): Readonly<{ difference: number; se: number }> {
  const [left, right] = [placements(a, labels), placements(b, labels)]
  const lapsed = left.lapsed.map((v, i) => v - right.lapsed[i]!)
  const stayed = left.stayed.map((v, i) => v - right.stayed[i]!)
  const variance = covariance(lapsed, lapsed) / lapsed.length + covariance(stayed, stayed) / stayed.length
  return { difference: left.auc - right.auc, se: Math.sqrt(variance) }
}

type Placements = Readonly<{
  auc: number
  /** For each who lapsed, the share of those who stayed that stand below. */
  lapsed: Float64Array
  /** For each who stayed, the share of those who lapsed that stand above. */
  stayed: Float64Array
}>

function placements(scores: ArrayLike<number>, labels: Uint8Array): Placements {
  if (scores.length !== labels.length) throw new Error(`There are ${scores.length} scores for ${labels.length} labels.`)
  const all = midranks(scores)
  const among = (label: number) => {
    const rows = Uint32Array.from(labels.keys()).filter((i) => labels[i] === label)
    const ranks = midranks(Float64Array.from(rows, (i) => scores[i]!))
    return Float64Array.from(rows, (i, k) => all[i]! - ranks[k]!)
  }
  const [below, above] = [among(1), among(0)]
  const lapsed = below.map((count) => count / above.length)
  const stayed = above.map((count) => 1 - count / below.length)
  return { auc: mean(lapsed), lapsed, stayed }
}

function mean(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length
}

function covariance(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)]
  return a.reduce((sum, x, i) => sum + (x - meanA) * (b[i]! - meanB), 0) / (a.length - 1)
}
