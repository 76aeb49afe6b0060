import { armOf } from '@perennial/effect'
import { type Gate, hold, PASS } from './gate.ts'

/**
 * Some members are left without, for good and drawn by chance, so that it can be told what a play does. The last gate: who is
 * held back for another reason is in no comparison, and of those for whom this is the reason it is known that they
 * would have been contacted.
 */
export const holdout: Gate = ({ playbook, policy, cause: { memberId } }) => {
  const { holdout: draw } = policy
  if (draw === undefined) return PASS
  const { salt, globalShare } = draw
  const share = playbook.holdout ?? draw.share
  return armOf({ salt, memberId, play: playbook.name, share, globalShare }) === 'treated' ? PASS : hold('holdout')
}
