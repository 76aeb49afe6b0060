import { fitsUnder } from '../cap.ts'
import { capsFor } from '../policy.ts'
import { type Gate, hold, PASS } from './gate.ts'

/**
 * Not more than the agreed number of contacts in any window, over all plays, of a purpose or through a channel; where
 * room is short, the one of higher priority gets it. This answer is for the ledger: the place is taken, and the cap checked
 * once more, in one step where the contacts are kept.
 */
export const cap: Gate = ({ playbook, step, policy, otherContacts, plannedAt: at }) =>
  fitsUnder(otherContacts, { at, priority: playbook.priority }, capsFor(playbook, step, policy)) ? PASS : hold('cap')
