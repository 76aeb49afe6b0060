import { type Gate, hold, PASS } from './gate.ts'

/** The way to stop everything, one play, or all that goes through one channel, at once. */
export const killSwitch: Gate = ({ kill, playbook, channel }) => {
  if (!playbook.enabled) return hold('playbook-off')
  return kill.all || kill.playbooks.has(playbook.name) || kill.channels.has(channel) ? hold('kill-switch') : PASS
}
