import type { Tally } from './tally.ts'

/** Errors of a share that chance does not make: once in 16,000 looks, so that a look every week for years stays quiet. */
const BEYOND_CHANCE = 4

/** With fewer expected in an arm, chance is not normal enough for that. */
const FEWEST = 10

/**
 * Whether the arms are of other sizes than the holdout's share makes them. Then something settles who is written down as
 * exposed, and no comparison holds: for instance, exposures written only where something was sent (sample ratio
 * mismatch: Fabijan et al., KDD 2019).
 */
export function isOutOfBalance({ treated, control }: Tally, controlShare: number): boolean {
  const members = treated.members + control.members
  if (members * Math.min(controlShare, 1 - controlShare) < FEWEST) return false
  const error = Math.sqrt((controlShare * (1 - controlShare)) / members)
  return Math.abs(control.members / members - controlShare) > BEYOND_CHANCE * error
}
