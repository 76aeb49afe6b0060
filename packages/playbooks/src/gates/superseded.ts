import { type Gate, hold, PASS } from './gate.ts'

/** Has the cause passed? The member renewed, or what the play waits for is not so any more. */
export const superseded: Gate = ({ member, playbook, cause, now }) => {
  if (member === undefined) return PASS
  if (cause.termEnd > 0 && member.termEnd > cause.termEnd) return hold('renewed')
  return playbook.when.stands(member, now) ? PASS : hold('superseded')
}
