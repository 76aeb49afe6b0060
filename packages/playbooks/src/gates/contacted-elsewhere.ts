import { type Gate, hold, PASS } from './gate.ts'

/** Not straight after a mail or a call of another team: later, as the policy says for the purpose, unless it is too late by then. */
export const contactedElsewhere: Gate = ({ earliestAt, freeAt, cause }) => {
  if (freeAt <= earliestAt) return PASS
  return freeAt < cause.expiresAt ? { answer: 'delay', until: freeAt } : hold('contacted-elsewhere')
}
