import { DAY_MS } from '@perennial/member'
import type { Cap, Playbook, Policy, QuietHours } from './playbook.ts'
import { audienceOf } from './playbook.ts'

/**
 * In force where no `policy.yaml` says otherwise. One contact a week is what
 * adcontextprotocol/adcp#449 settled on for members of a trade association.
 */
export const DEFAULT_POLICY: Policy = {
  cap: { contacts: 1, withinMs: 7 * DAY_MS },
  quietHours: { from: 20 * 60, to: 8 * 60 },
  timeZone: 'UTC',
}

/** The caps a contact of this play must respect: the policy's where it reaches the member, and the play's own. */
export function capsFor(playbook: Playbook, policy: Policy): readonly Cap[] {
  const own = playbook.cap === undefined ? [] : [playbook.cap]
  return audienceOf(playbook.purpose) === 'member' ? [policy.cap, ...own] : own
}

/** The holidays that count for this play: none for contacts that do not reach the member. */
export function holidaysFor(playbook: Playbook, policy: Policy): readonly string[] {
  return audienceOf(playbook.purpose) === 'member' ? (policy.holidays ?? []) : []
}

/** The quiet hours of this play; undefined: none, as for contacts that do not reach the member. */
export function quietHoursFor(playbook: Playbook, policy: Policy): QuietHours | undefined {
  return audienceOf(playbook.purpose) === 'member' ? (playbook.quietHours ?? policy.quietHours) : undefined
}
