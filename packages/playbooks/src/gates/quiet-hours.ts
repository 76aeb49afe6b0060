import { type Gate, hold, PASS } from './gate.ts'

/** Not at night where the member lives: later, when the night is over, unless it is too late by then. */
export const quietHours: Gate = ({ freeAt, plannedAt, cause }) => {
  if (plannedAt === freeAt) return PASS
  return plannedAt < cause.expiresAt ? { answer: 'delay', until: plannedAt } : hold('quiet-past-expiry')
}
