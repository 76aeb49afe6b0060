import { type Gate, hold, PASS } from './gate.ts'

/** The cause is older than the play's expiry, or will be by the time the step is due. */
export const stale: Gate = ({ cause, earliestAt }) => (earliestAt >= cause.expiresAt ? hold('stale') : PASS)
