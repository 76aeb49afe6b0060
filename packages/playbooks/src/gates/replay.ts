import { type Gate, hold, PASS } from './gate.ts'

/** History that is being worked through again is to be shown, not to be acted on. */
export const replay: Gate = ({ cause }) => (cause.replay ? hold('replay') : PASS)
