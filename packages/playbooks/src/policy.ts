import { DAY_MS, type SignalName } from '@perennial/member'
import type { Cap, Complaints, Playbook, Policy, QuietHours, Step } from './playbook.ts'
import { audienceOf } from './playbook.ts'

/**
 * In force where no `policy.yaml` says otherwise. One contact a week is what adcontextprotocol/adcp#449 settled on for
 * members of a trade association; what belongs to the membership gets through beside it.
 */
export const DEFAULT_POLICY: Policy = {
  cap: { contacts: 3, withinMs: 7 * DAY_MS },
  caps: [{ contacts: 1, withinMs: 7 * DAY_MS, purpose: 'marketing' }],
  quietHours: { from: 20 * 60, to: 8 * 60 },
  elsewhere: { marketing: DAY_MS },
  timeZone: 'UTC',
}

/** The signal of contacts that were made outside of our plays. */
export const CONTACTED_ELSEWHERE = 'contacted_elsewhere' satisfies SignalName

/** How long a complaint counts that nobody ever closes. */
const COMPLAINT_COUNTS_MS = 90 * DAY_MS

const COMPLAINT_OPENED = 'complaint_opened' satisfies SignalName
const COMPLAINT_CLOSED = 'complaint_closed' satisfies SignalName

/** By which signals a complaint is known. */
export function complaintFor({ complaint }: Policy): Complaints {
  return complaint ?? { opened: [COMPLAINT_OPENED], closed: [COMPLAINT_CLOSED], withinMs: COMPLAINT_COUNTS_MS }
}

/** How far back a contact by another team must lie, by purpose. */
export function elsewhereFor({ elsewhere }: Policy): NonNullable<Policy['elsewhere']> {
  return elsewhere ?? {}
}

/**
 * The caps that a contact of this step must respect: those of the policy that are about its purpose and channel, and the
 * play's own. One of no purpose in particular protects members: it is not about contacts with colleagues. An escalation
 * belongs to the contact before it, and has none.
 */
export function capsFor({ purpose, cap }: Playbook, { channel, escalates }: Step, policy: Policy): readonly Cap[] {
  if (escalates !== undefined) return []
  const audience = audienceOf(purpose)
  const general = [policy.cap, ...(policy.caps ?? [])].filter(
    (one) =>
      (one.purpose === undefined ? audience === 'member' : one.purpose === purpose) &&
      (one.channel === undefined || one.channel === channel),
  )
  return cap === undefined ? general : [...general, cap]
}

/** What keeps a member from entering a play again too soon: a cap on each step by itself. */
export function reentryCaps({ name, reentry }: Playbook, { name: step }: Step): readonly Cap[] {
  return typeof reentry === 'object' ? [{ contacts: 1, withinMs: reentry.afterMs, step: { playbook: name, step } }] : []
}

/** How the place of a contact is taken: by what it is known to caps, under which caps, and whether any counts it. */
export function contactTerms(playbook: Playbook, step: Step, policy: Policy) {
  const { purpose, priority } = playbook
  return {
    traits: { purpose, channel: step.channel, priority },
    caps: [...capsFor(playbook, step, policy), ...reentryCaps(playbook, step)],
    counted: step.escalates === undefined,
  } as const
}

/** The holidays that count for this play: none for contacts that do not reach the member. */
export function holidaysFor(playbook: Playbook, policy: Policy): readonly string[] {
  return audienceOf(playbook.purpose) === 'member' ? (policy.holidays ?? []) : []
}

/** The quiet hours of this play; undefined: none, as for contacts that do not reach the member. */
export function quietHoursFor(playbook: Playbook, policy: Policy): QuietHours | undefined {
  return audienceOf(playbook.purpose) === 'member' ? (playbook.quietHours ?? policy.quietHours) : undefined
}
