/** Probability 0..1 of log-odds. */
export function probability(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}

/** Log-odds of a probability in (0, 1). */
export function logOdds(p: number): number {
  return Math.log(p / (1 - p))
}

/** −ln(probability of the label) at these log-odds, without overflow. `label` is 0 or 1. */
export function lossOf(logit: number, label: number): number {
  const wrong = label === 1 ? -logit : logit
  return wrong > 0 ? wrong + Math.log1p(Math.exp(-wrong)) : Math.log1p(Math.exp(wrong))
}
