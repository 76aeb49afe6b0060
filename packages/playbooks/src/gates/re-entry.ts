import { fitsUnder } from '../cap.ts'
import { reentryCaps } from '../policy.ts'
import { type Gate, hold, PASS } from './gate.ts'

/** A play that may be entered again only after a while: was this step made, or is it planned, less than that ago? */
export const reEntry: Gate = ({ playbook, step, otherContacts, plannedAt: at }) =>
  fitsUnder(otherContacts, { at, priority: playbook.priority }, reentryCaps(playbook, step)) ? PASS : hold('re-entry')
