import { alertBudget } from './alert-budget.ts'
import { alreadyContacted } from './already-contacted.ts'
import { autoRenew } from './auto-renew.ts'
import { cap } from './cap.ts'
import { doNotProfile } from './do-not-profile.ts'
import { contactedElsewhere } from './contacted-elsewhere.ts'
import { consent } from './consent.ts'
import { escalation } from './escalation.ts'
import { erased } from './erased.ts'
import type { Gate } from './gate.ts'
import { holdout } from './holdout.ts'
import { killSwitch } from './kill-switch.ts'
import { noReply } from './no-reply.ts'
import { memberStatus } from './member-status.ts'
import { openComplaint } from './open-complaint.ts'
import { playLimit } from './play-limit.ts'
import { quietHours } from './quiet-hours.ts'
import { reEntry } from './re-entry.ts'
import { replay } from './replay.ts'
import { segment } from './segment.ts'
import { stale } from './stale.ts'
import { stopWhen } from './stop-when.ts'
import { superseded } from './superseded.ts'

/**
 * Every gate, in the order in which the first `hold` decides. The order is
 * that of the law first, then of the membership, then of good manners.
 */
export const GATES = [
  { name: 'erased', ask: erased },
  { name: 'do-not-profile', ask: doNotProfile },
  { name: 'member-status', ask: memberStatus },
  { name: 'auto-renew', ask: autoRenew },
  { name: 'segment', ask: segment },
  { name: 'replay', ask: replay },
  { name: 'stale', ask: stale },
  { name: 'superseded', ask: superseded },
  { name: 'stop-when', ask: stopWhen },
  { name: 'escalation', ask: escalation },
  { name: 'consent', ask: consent },
  { name: 'already-contacted', ask: alreadyContacted },
  { name: 're-entry', ask: reEntry },
  { name: 'cap', ask: cap },
  { name: 'contacted-elsewhere', ask: contactedElsewhere },
  { name: 'no-reply', ask: noReply },
  { name: 'open-complaint', ask: openComplaint },
  { name: 'quiet-hours', ask: quietHours },
  { name: 'alert-budget', ask: alertBudget },
  { name: 'play-limit', ask: playLimit },
  { name: 'kill-switch', ask: killSwitch },
  { name: 'holdout', ask: holdout },
] as const satisfies readonly Readonly<{ name: string; ask: Gate }>[]

export type GateName = (typeof GATES)[number]['name']
