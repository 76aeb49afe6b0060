import { STOP_CONDITIONS } from '../stop-conditions.ts'
import { type Gate, hold, PASS } from './gate.ts'

/** What the play itself says ends it: a step that still waits is not carried out once the member has done what it was to bring about. */
export const stopWhen: Gate = ({ member, playbook, policy, cause, now }) => {
  if (member === undefined) return PASS
  const about = { member, policy, since: cause.decidedAt ?? now, now }
  return (playbook.stopWhen ?? []).some((name) => STOP_CONDITIONS[name](about)) ? hold('stopped') : PASS
}
