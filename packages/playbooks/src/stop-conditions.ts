import type { EpochMs } from '@perennial/member'
import { hasOpenComplaint } from './complaint.ts'
import type { MemberState } from './member-state.ts'
import type { Policy } from './playbook.ts'
import { complaintFor } from './policy.ts'

/** What happened since the step was decided on; `since` is now while it is being decided. */
export type Since = Readonly<{ member: MemberState; policy: Policy; since: EpochMs; now: EpochMs }>

/** Everything that may end a play before its steps are through: one line here, and the name in README.md. */
export const STOP_CONDITIONS = {
  /** Anything the member did with us. */
  engaged: ({ member, since }: Since) => member.lastAt > since,
  renewed: ({ member, since }: Since) => member.renewals > 0 && member.termSaidAt > since,
  paid: ({ member, since }: Since) => member.paidAt > since,
  lapsed: ({ member, since }: Since) => member.status === 'lapsed' && member.statusAt > since,
  complaint: ({ member, policy, now }: Since) => hasOpenComplaint(member, complaintFor(policy), now),
} as const satisfies Readonly<Record<string, (about: Since) => boolean>>

export type StopCondition = keyof typeof STOP_CONDITIONS

export const STOP_NAMES = Object.keys(STOP_CONDITIONS) as readonly StopCondition[]
