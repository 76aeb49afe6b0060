import { DAY_MS } from '@perennial/member'
import { type Gate, hold, PASS } from './gate.ts'

/** From so many contacts without a sign of life on, one a month at most; from so many on, none (adcontextprotocol/adcp). */
const SLOW_FROM = 2
const STOP_FROM = 4
const MONTH_MS = 30 * DAY_MS

/**
 * Backs off from who does not answer. Any engagement since is an answer: a visit, a click, a reply. Counted are all contacts
 * that reached the member, or will before this one. What belongs to the membership, such as a renewal, is told all the same.
 */
export const noReply: Gate = ({ member, playbook, otherContacts, plannedAt }) => {
  if (member === undefined || playbook.purpose !== 'marketing') return PASS
  const unanswered = otherContacts.map(({ at }) => at).filter((at) => at > member.lastAt && at < plannedAt)
  if (unanswered.length >= STOP_FROM) return hold('no-reply')
  const tooSoon = unanswered.length >= SLOW_FROM && plannedAt - Math.max(...unanswered) < MONTH_MS
  return tooSoon ? hold('no-reply') : PASS
}
