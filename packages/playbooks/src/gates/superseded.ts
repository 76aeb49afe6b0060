import { leastLevel, levelOf } from '../match.ts'
import { type Gate, hold, PASS } from './gate.ts'

/** Has the cause passed? The member renewed, or is in a better band than any the play is about. */
export const superseded: Gate = ({ member, playbook, cause }) => {
  if (member === undefined) return PASS
  if (cause.termEnd > 0 && member.termEnd > cause.termEnd) return hold('renewed')
  return levelOf(member.band) < leastLevel(playbook) ? hold('superseded') : PASS
}
