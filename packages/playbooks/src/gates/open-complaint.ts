import { complaintFor } from '../policy.ts'
import { audienceOf } from '../playbook.ts'
import { hasOpenComplaint } from '../complaint.ts'
import { type Gate, hold, PASS } from './gate.ts'

/**
 * Who has a complaint with us gets no mail from us as if nothing were the matter. What colleagues are told goes on: somebody
 * has to look after the member.
 */
export const openComplaint: Gate = ({ member, playbook, policy, now }) => {
  if (member === undefined || audienceOf(playbook.purpose) !== 'member') return PASS
  return hasOpenComplaint(member, complaintFor(policy), now) ? hold('open-complaint') : PASS
}
