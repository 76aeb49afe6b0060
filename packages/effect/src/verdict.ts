import type { Estimate } from './estimate.ts'
import { checkCriteria, type Criteria, membersNeeded } from './members-needed.ts'
import type { Tally } from './tally.ts'

/**
 * `helps`, `hurts`: the difference is beyond chance, however often was looked. `no-effect-seen`: with enough members to
 * see the minimum effect, or surely less than that. `too-few`: about so many members more are needed, both arms
 * together; `undefined` where nobody is in one arm, so that no number is enough.
 */
export type Verdict =
  | Readonly<{ kind: 'helps' | 'hurts' | 'no-effect-seen' }>
  | Readonly<{ kind: 'too-few'; more: number | undefined }>

export function verdictOf(tally: Tally, estimate: Estimate | undefined, criteria: Criteria): Verdict {
  checkCriteria(criteria)
  if (estimate === undefined) return { kind: 'too-few', more: undefined }
  const { low, high } = estimate.anyTime
  if (low > 0) return { kind: 'helps' }
  if (high < 0) return { kind: 'hurts' }
  const more = high < criteria.minimumEffect ? 0 : moreNeeded(tally, estimate, criteria)
  return more > 0 ? { kind: 'too-few', more } : { kind: 'no-effect-seen' }
}

/** A play that is proposed for retirement does not help, and any help it may be is less than the minimum. */
export function isProposedForRetirement(
  verdict: Verdict,
  estimate: Estimate | undefined,
  { minimumEffect }: Criteria,
): boolean {
  const without = verdict.kind === 'no-effect-seen' || verdict.kind === 'hurts'
  return without && estimate !== undefined && estimate.anyTime.high < minimumEffect
}

function moreNeeded({ treated, control }: Tally, { varianceLeft }: Estimate, criteria: Criteria): number {
  const members = treated.members + control.members
  // Of both arms together: a small control alone says little about the rate. Half a member each way, as in Jeffreys' prior.
  const rate = (treated.successes + control.successes + 0.5) / (members + 1)
  const controlShare = control.members / members
  return Math.max(0, rounded(membersNeeded({ ...criteria, rate, controlShare, varianceLeft }) - members))
}

/** Up to two digits: it is a guess. */
function rounded(n: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, n))) - 1)
  return Math.ceil(n / unit) * unit
}
