import { type Gate, hold, PASS } from './gate.ts'

/** Somebody else is asked only where nobody has taken the alert up: not acknowledged, snoozed nor closed, and there at all. */
export const escalation: Gate = ({ step, answered }) =>
  step.escalates !== undefined && answered === true ? hold('acknowledged') : PASS
