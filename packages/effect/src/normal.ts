/**
 * Probability that a standard normal is lower than z, right to 1e-14: Marsaglia, Evaluating the Normal Distribution,
 * Journal of Statistical Software 11 (4), 2004.
 */
export function normalProbability(z: number): number {
  if (z < -8) return 0
  if (z > 8) return 1
  let [sum, term] = [z, z]
  for (let k = 3; sum + term !== sum; k += 2) {
    term *= (z * z) / k
    sum += term
  }
  return 0.5 + sum * Math.exp(-(z * z) / 2 - 0.5 * Math.log(2 * Math.PI))
}

/** The z that a standard normal is lower than with probability p, 0 < p < 1. */
export function normalQuantile(p: number): number {
  let [low, high] = [-8, 8]
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2
    if (normalProbability(middle) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
