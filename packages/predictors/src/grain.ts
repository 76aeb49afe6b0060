const GRAIN = 2 ** -40

/**
 * Parts of a logit are whole multiples of this, so that sums and differences of them (below 4,096) are exact in
 * doubles and in every order: explanations add up to the last bit without a rounding entry. 1e-12 log-odds is nothing
 * to a risk.
 */
export const CONTRIBUTION_GRAIN: number = GRAIN

// Adding and taking away a number whose last bit is the grain rounds to it.
const ROUNDER = 1.5 * 2 ** 52 * GRAIN

/** `x`, below 2,048 in size, rounded to `CONTRIBUTION_GRAIN`. */
export function toGrain(x: number): number {
  return x + ROUNDER - ROUNDER
}
