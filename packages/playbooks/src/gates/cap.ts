import { breaksCap } from '../cap.ts'
import { capsFor } from '../policy.ts'
import { type Gate, hold, PASS } from './gate.ts'

/**
 * Not more than the agreed number of contacts in any window, over all plays.
 * This answer is for the ledger: the place is taken, and the cap checked once
 * more, in one step where the contacts are kept.
 */
export const cap: Gate = ({ playbook, policy, otherContacts, plannedAt }) =>
  capsFor(playbook, policy).some((limit) => breaksCap(otherContacts, plannedAt, limit)) ? hold('cap') : PASS
