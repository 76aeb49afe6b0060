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
