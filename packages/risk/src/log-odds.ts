/** Beyond this many log-odds a probability says no more; 1 − p stays above 0 in a double. */
const MOST_LOG_ODDS = 30

/** Probability in (0, 1) of log-odds. */
export function probability(logit: number): number {
  const bounded = Math.min(MOST_LOG_ODDS, Math.max(-MOST_LOG_ODDS, logit))
  return 1 / (1 + Math.exp(-bounded))
}

/** Log-odds of a probability in (0, 1). */
export function logOdds(p: number): number {
  return Math.log(p / (1 - p))
}

const GRAIN = 2 ** -40

/**
 * Contributions are whole multiples of this, so that sums and differences of
 * them (below 4,096) are exact in doubles and in every order: explanations
 * add up to the last bit without a rounding entry. 1e-12 log-odds is nothing to a risk.
 */
export const CONTRIBUTION_GRAIN: number = GRAIN

// Adding and taking away a number whose last bit is the grain rounds to it.
const ROUNDER = 1.5 * 2 ** 52 * GRAIN

/** `x`, below 2,048 in size, rounded to `CONTRIBUTION_GRAIN`. */
export function toGrain(x: number): number {
  return x + ROUNDER - ROUNDER
}
