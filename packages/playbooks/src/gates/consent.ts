import { type Gate, hold, PASS } from './gate.ts'

/**
 * Marketing needs a yes on record. Service mail is part of the membership and
 * needs only that nobody said no to it. Colleagues need no member's consent.
 */
export const consent: Gate = ({ member, playbook: { purpose } }) => {
  if (purpose === 'internal') return PASS
  const given = member?.consent[purpose]
  const allowed = purpose === 'marketing' ? given === true : given !== false
  return allowed ? PASS : hold('no-consent')
}
