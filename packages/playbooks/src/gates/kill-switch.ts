import { type Gate, hold, PASS } from './gate.ts'

/** The way to stop everything, or one play, at once. */
export const killSwitch: Gate = ({ kill, playbook }) => {
  if (!playbook.enabled) return hold('playbook-off')
  return kill.all || kill.playbooks.has(playbook.name) ? hold('kill-switch') : PASS
}
