import { type Gate, hold, PASS } from './gate.ts'

/**
 * One contact per cause. The key may be held by this very decision, when a
 * crash made it be taken again. A contact that was superseded, or displaced, was never sent: it frees
 * the key for the next time the cause arises.
 */
export const alreadyContacted: Gate = ({ contact, cause }) => {
  if (contact === undefined || contact.state === 'superseded' || contact.state === 'displaced') return PASS
  return contact.interventionId === cause.interventionId ? PASS : hold('already-contacted')
}
