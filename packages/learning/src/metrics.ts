import { lossOf, probability } from './log-odds.ts'
import { ascending, tieEnd } from './ranks.ts'

// All judges take log-odds, not probabilities: a probability of 1 − 1e-17 is 1 in a double.

/** Mean of −ln(probability of what happened). 0 is perfect; ln 2 = .6931 is a coin. */
export function logLoss(logits: ArrayLike<number>, labels: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < labels.length; i++) sum += lossOf(logits[i]!, labels[i]!)
  return sum / labels.length
}

/** Mean squared difference of probability and label. */
export function brier(logits: ArrayLike<number>, labels: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < labels.length; i++) sum += (probability(logits[i]!) - labels[i]!) ** 2
  return sum / labels.length
}

/** A difference of means over the same members, and its standard error. */
export type Difference = Readonly<{ difference: number; se: number }>

/** Log loss of `a` less that of `b` on the same members; below 0 = `a` is better. The error is that of the mean of pairs. */
export function logLossDifference(a: ArrayLike<number>, b: ArrayLike<number>, labels: Uint8Array): Difference {
  const n = labels.length
  let [sum, squares] = [0, 0]
  for (let i = 0; i < n; i++) {
    const difference = lossOf(a[i]!, labels[i]!) - lossOf(b[i]!, labels[i]!)
    sum += difference
    squares += difference * difference
  }
  const mean = sum / n
  return { difference: mean, se: Math.sqrt(Math.max(0, squares / n - mean * mean) / (n - 1)) }
}

/**
 * How many times the base rate the `share` of members with the highest scores lapse at. Members tied at
 * the edge count by the part of them that fits in. NaN where nobody lapsed.
 */
export function liftAt(share: number, scores: ArrayLike<number>, labels: Uint8Array): number {
  const order = ascending(scores).reverse()
  const room = share * order.length
  let [found, all] = [0, 0]
  for (let start = 0; start < order.length;) {
    const end = tieEnd(scores, order, start)
    let lapses = 0
    for (let k = start; k < end; k++) lapses += labels[order[k]!]!
    all += lapses
    found += lapses * Math.min(1, Math.max(0, room - start) / (end - start))
    start = end
  }
  return found / room / (all / order.length)
}

/** Members of about equal predicted risk: what was predicted and what happened. */
export type ReliabilityBin = Readonly<{ n: number; predicted: number; observed: number; from: number; to: number }>

/**
 * `count` bins of equally many members by predicted risk, from low to high, fewer where members are tied:
 * equal predictions are never torn apart.
 */
export function reliability(logits: ArrayLike<number>, labels: Uint8Array, count = 10): readonly ReliabilityBin[] {
  const order = ascending(logits)
  const bins: ReliabilityBin[] = []
  for (let start = 0; start < order.length;) {
    const filled = Math.floor((start * count) / order.length) + 1
    let end = Math.max(start + 1, Math.ceil((filled * order.length) / count))
    end = tieEnd(logits, order, end - 1)
    let [predicted, observed] = [0, 0]
    for (let k = start; k < end; k++) {
      predicted += probability(logits[order[k]!]!)
      observed += labels[order[k]!]!
    }
    const n = end - start
    const [from, to] = [probability(logits[order[start]!]!), probability(logits[order[end - 1]!]!)]
    bins.push({ n, predicted: predicted / n, observed: observed / n, from, to })
    start = end
  }
  return bins
}

/** Expected calibration error over `count` bins of equally many members: mean |predicted − observed|, by members. */
export function ece(logits: ArrayLike<number>, labels: Uint8Array, count = 10): number {
  const bins = reliability(logits, labels, count)
  return bins.reduce((sum, { n, predicted, observed }) => sum + n * Math.abs(predicted - observed), 0) / labels.length
}
