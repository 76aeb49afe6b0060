/**
 * Purchases, visits or logins without a contract: while somebody is a customer
 * they come at a rate of their own, gamma distributed (shape r, 1 / alpha its
 * scale, in the time unit of the histories); after each time they stay away for
 * good with a probability of their own, beta distributed (a, b). All above 0.
 *
 * `bg-nbd`: not before the first repeat, so that whoever came once is said to be
 * a customer for ever. Fader, Hardie & Lee, "Counting Your Customers" the Easy
 * Way, Marketing Science 24(2), 2005. `mbg-nbd`: after the first time too.
 * Batislam, Denizel & Filiztekin, Empirical validation and comparison of models
 * for customer base analysis, Int. J. of Research in Marketing 24(3), 2007.
 */
export type PurchaseModel = Readonly<{ kind: 'bg-nbd' | 'mbg-nbd'; r: number; alpha: number; a: number; b: number }>

/** What is known of somebody (or of `count` alike), counted from their first purchase on, all times in one unit. */
export type PurchaseHistory = Readonly<{
  /** Purchases after the first, x. What happened within one day should be one: dropping out between two lines of a basket makes no sense. */
  repeats: number
  /** From the first purchase to the last, t_x; 0 without repeats. */
  lastAt: number
  /** From the first purchase to now, T. */
  observedFor: number
}>

/** Somebody at their first purchase. */
export const FIRST_PURCHASE: PurchaseHistory = { repeats: 0, lastAt: 0, observedFor: 0 }

/** How often they could have dropped out: after every repeat, and in `mbg-nbd` after the first purchase. */
export function dropoutChances(kind: PurchaseModel['kind'], repeats: number): number {
  return kind === 'mbg-nbd' ? repeats + 1 : repeats
}

/**
 * ln of the odds of having dropped out after the last purchase, against still
 * being there: ln(a / (b + m − 1)) + (r + x) · ln((alpha + T) / (alpha + t_x)), with m chances to drop out.
 */
function dropoutLogOdds(model: PurchaseModel, { repeats, lastAt, observedFor }: PurchaseHistory): number {
  const { kind, r, alpha, a, b } = model
  const chances = dropoutChances(kind, repeats)
  if (chances === 0) return -Infinity
  return Math.log(a / (b + chances - 1)) + (r + repeats) * Math.log((alpha + observedFor) / (alpha + lastAt))
}

/** P(alive): the probability 0..1 that they are still a customer. */
export function customerAlive(model: PurchaseModel, history: PurchaseHistory): number {
  return 1 / (1 + Math.exp(dropoutLogOdds(model, history)))
}

/** Probability 0..1 of no purchase within `time` from now. */
export function noPurchase(model: PurchaseModel, history: PurchaseHistory, time: number): number {
  const { r, alpha } = model
  const silence = (r + history.repeats) * Math.log1p(time / (alpha + history.observedFor))
  return 1 + customerAlive(model, history) * Math.expm1(-silence)
}

const FARTHEST = 1e5

/**
 * Expected purchases within `time` from now, E[Y(t) | x, t_x, T]; with `FIRST_PURCHASE` that of anybody, E[X(t)].
 *
 * The published forms, 1 − (…)^(r+x) · ₂F₁(…) over a − 1, lose all digits where
 * a is near 1 or little is expected. The same number is a sum of positive terms:
 * a customer who never dropped out would come k times with the probability of a
 * negative binomial, and would have dropped out after the j-th of them with
 * that of a beta geometric: Σ_k P(k) · Σ_{j<k} (b')_j / (a + b')_j, times P(alive).
 * Some 40 · (1 + time / (alpha + T)) terms; more than 100,000 · (alpha + T) ahead is taken as that.
 */
export function expectedPurchases(model: PurchaseModel, history: PurchaseHistory, time: number): number {
  const shape = model.r + history.repeats
  const ratio = Math.min(FARTHEST, time / (model.alpha + history.observedFor))
  if (!(ratio > 0)) return 0
  const z = ratio / (1 + ratio)
  const chances = dropoutChances(model.kind, history.repeats)
  // Unscaled: divided by their sum at the end, so that a long run of purchases cannot underflow the first.
  let weight = 1
  let weights = 1
  let sum = 0
  let stays = 1
  let expected = 0
  for (let k = 1; ; k++) {
    const growth = ((shape + k - 1) / k) * z
    expected += stays
    stays *= (model.b + chances + k - 1) / (model.a + model.b + chances + k - 1)
    weight *= growth
    weights += weight
    sum += weight * expected
    if (weight > 1e200) [weight, weights, sum] = [weight * 1e-200, weights * 1e-200, sum * 1e-200]
    // What is still to come, when every term shrinks by at least this.
    const shrink = Math.max(((shape + k) / (k + 1)) * z, z)
    if (shrink < 1 && weight * (expected + 1 / (1 - shrink)) * shrink <= 1e-15 * sum * (1 - shrink)) break
  }
  return (customerAlive(model, history) * sum) / weights
}
