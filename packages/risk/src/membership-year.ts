import { SLOT, slot, YEAR_MS, type Rows } from '@perennial/member'

/** The prior looks years up to this one apart; later ones differ by less than half a percent. */
export const LAST_YEAR = 60

/**
 * The year of membership, 1..`LAST_YEAR`: renewals completed + 1. A member
 * imported without the history of renewals is placed by the whole years from
 * joining to the start of the term. Moves with facts only, never with time.
 */
export function membershipYear(rows: Rows, i: number): number {
  const joinedAt = slot(rows, i, SLOT.joinedAt)
  const termStart = slot(rows, i, SLOT.termStart)
  // A term that starts some days before the anniversary is still the next year.
  const whole = joinedAt === 0 || termStart <= joinedAt ? 0 : Math.floor((termStart - joinedAt) / YEAR_MS + 0.05)
  return Math.min(LAST_YEAR, 1 + Math.max(0, slot(rows, i, SLOT.renewals), whole))
}
