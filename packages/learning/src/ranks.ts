/** Indices of `scores` from the lowest to the highest; ties in order of index. */
export function ascending(scores: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]! || a - b)
}

/** Rank of each score from 1, ties at the mean of their ranks. */
export function midranks(scores: ArrayLike<number>): Float64Array {
  const order = ascending(scores)
  const ranks = new Float64Array(order.length)
  for (let start = 0; start < order.length;) {
    const end = tieEnd(scores, order, start)
    for (let k = start; k < end; k++) ranks[order[k]!] = (start + 1 + end) / 2
    start = end
  }
  return ranks
}

/** Where, after `start`, the first score other than that at `start` stands in the order. */
export function tieEnd(scores: ArrayLike<number>, order: Uint32Array, start: number): number {
  const score = scores[order[start]!]!
  let end = start + 1
  while (end < order.length && scores[order[end]!] === score) end++
  return end
}

/** Spearman's rank correlation, −1..1, ties at their mean rank. NaN where one side is constant. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`Ranks to compare differ in length: ${a.length} and ${b.length}.`)
  const [ranksA, ranksB] = [midranks(a), midranks(b)]
  const mean = (a.length + 1) / 2
  let [products, squaresA, squaresB] = [0, 0, 0]
  for (let i = 0; i < ranksA.length; i++) {
    const [x, y] = [ranksA[i]! - mean, ranksB[i]! - mean]
    products += x * y
    squaresA += x * x
    squaresB += y * y
  }
  return products / Math.sqrt(squaresA * squaresB)
}
