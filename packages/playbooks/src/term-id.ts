import { type EpochMs, YEAR_MS } from '@perennial/member'
import type { MemberRisk, Playbook } from './playbook.ts'

/**
 * Which membership term a cause belongs to. It is part of the contact key, so
 * that next year's play runs again and this year's runs once:
 * - `t-2027-03-31`, the day (UTC) the current term ends. The end and not the start, for some member databases
 *   move only the end when a member renews (civicrm-core#13487: the second year's reminder never went out);
 * - without a term, `y-3`: whole years since joining;
 * - without either, `c-2026`: the calendar year (UTC) of the cause.
 */
export function termId(risk: Pick<MemberRisk, 'asOf' | 'termEnd' | 'joinedAt'>): string {
  if (risk.termEnd !== null) return `t-${new Date(risk.termEnd).toISOString().slice(0, 10)}`
  if (risk.joinedAt !== null) return `y-${Math.max(0, Math.floor((risk.asOf - risk.joinedAt) / YEAR_MS))}`
  return `c-${new Date(risk.asOf).getUTCFullYear()}`
}

/**
 * The part of a contact key that says when a play may run again for a member: the membership term, unless it says
 * otherwise. `ever`: never again; `on-2026-11-23`: the day (UTC) on which its cause came about, so that each occurrence is one.
 * How long they must lie apart is a cap: see `reentryCaps`.
 */
export function entryId({ reentry = 'perTerm' }: Pick<Playbook, 'reentry'>, term: string, causeAt: EpochMs): string {
  if (reentry === 'perTerm') return term
  return reentry === 'never' ? 'ever' : `on-${new Date(causeAt).toISOString().slice(0, 10)}`
}

/**
 * What makes a contact one of a kind: nobody is contacted twice for the same
 * (member, term, playbook, step). The last three hold no '|', so this is never
 * ambiguous, whatever the member id looks like.
 */
export function contactKey(memberId: string, term: string, playbook: string, step: string): string {
  return `${memberId}|${term}|${playbook}|${step}`
}
