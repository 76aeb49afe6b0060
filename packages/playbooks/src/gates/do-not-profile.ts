import { type Gate, hold, PASS } from './gate.ts'

/** The consent by which a member objects to profiling; see `schemas/README.md`. */
const PROFILING = 'profiling'

/**
 * Who objects to profiling (GDPR Art. 21) is not contacted because of what we make of their behaviour, and no colleague is
 * told about it. Service that follows from the membership itself, such as a failed payment or the end of a term, goes on.
 */
export const doNotProfile: Gate = ({ member, playbook }) =>
  member?.consent[PROFILING] === false && playbook.when.profiles ? hold('do-not-profile') : PASS
