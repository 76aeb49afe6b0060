import { type Gate, hold, PASS } from './gate.ts'

/** Is the person still one of those the play is for? Nothing known of the person is a no. */
export const memberStatus: Gate = ({ member, playbook }) => {
  if (member === undefined) return hold('member-unknown')
  return playbook.for.status.includes(member.status) ? PASS : hold('member-status')
}
