import { type Gate, hold, PASS } from './gate.ts'

/** Who was erased is never written to again, and nobody is told about them, whatever else is still known or on its way. */
export const erased: Gate = (input) => (input.erased ? hold('erased') : PASS)
