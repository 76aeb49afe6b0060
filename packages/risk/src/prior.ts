import { SLOT, slot, YEAR_MS, type Rows } from '@perennial/member'

/**
 * Shifted-beta-geometric retention. Each member renews with a probability of
 * their own, beta distributed; who has stayed long is likelier to stay.
 * Fader & Hardie, "How to Project Customer Retention", J. Interactive
 * Marketing 21(1), 2007: the share that renews at the end of year n is
 * (beta + n − 1) / (alpha + beta + n − 1).
 */
export type Retention = Readonly<{ alpha: number; beta: number }>

/** Probability 0..1 that a member in year `year` (1, 2, …) renews at its end. */
export function retentionRate({ alpha, beta }: Retention, year: number): number {
  return (beta + year - 1) / (alpha + beta + year - 1)
}

/** Share of a joining cohort that is still there after `years` renewal dates. */
export function survival(retention: Retention, years: number): number {
  let share = 1
  for (let year = 1; year <= years; year++) share *= retentionRate(retention, year)
  return share
}

/** Log-odds of not renewing at the end of year `year`: ln(alpha / (beta + year − 1)). */
export function lapseLogOdds({ alpha, beta }: Retention, year: number): number {
  return Math.log(alpha / (beta + year - 1))
}

/**
 * Expected discounted remaining terms of a member in year `year` just before
 * the renewal date, the coming one counted in full: Σ over t >= year of
 * (share still there after date t) / (1 + d)^(t − year). The DERL of Fader &
 * Hardie, "Customer-Base Valuation in a Contractual Setting", Marketing
 * Science 29(1), 2010. `discountRate` is per year and above 0.
 */
export function remainingTerms(retention: Retention, year: number, discountRate: number): number {
  let terms = 0
  let worth = 1
  for (let t = year; worth > 1e-12; t++) {
    worth *= retentionRate(retention, t)
    terms += worth
    worth /= 1 + discountRate
  }
  return terms
}

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
