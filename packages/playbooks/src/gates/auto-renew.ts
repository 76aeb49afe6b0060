import { type Gate, hold, PASS } from './gate.ts'

/**
 * Members whose membership renews by itself were told to renew, and those who
 * switched that off were told nothing (civicrm-core#26535, #26563): a play says
 * which of them it is for. Not known counts as off.
 */
export const autoRenew: Gate = ({ member, playbook }) => {
  const wanted = playbook.for.autoRenew
  if (wanted === undefined || wanted === 'any') return PASS
  return (member?.autoRenew === 'on') === (wanted === 'on') ? PASS : hold('auto-renew')
}
