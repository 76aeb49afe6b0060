import { expect, test } from 'vitest'
import { killSwitch } from './kill-switch.ts'
import { gateInput, NOTHING_STOPPED, playbookWith } from '../testing/sample-input.ts'

test.each([
  ['nothing is switched off', {}, 'pass'],
  ['everything is', { kill: { ...NOTHING_STOPPED, all: true } }, 'kill-switch'],
  ['this play is', { kill: { ...NOTHING_STOPPED, playbooks: new Set(['win-back']) } }, 'kill-switch'],
  ['another play is', { kill: { ...NOTHING_STOPPED, playbooks: new Set(['other']) } }, 'pass'],
  ['its channel is', { kill: { ...NOTHING_STOPPED, channels: new Set(['log']) } }, 'kill-switch'],
  ['another channel is', { kill: { ...NOTHING_STOPPED, channels: new Set(['email']) } }, 'pass'],
  ['its file says so', { playbook: playbookWith({ enabled: false }) }, 'playbook-off'],
])('%s', (_, changes, expected) => {
  const result = killSwitch(gateInput(changes))
  expect(result.answer === 'hold' ? result.reason : result.answer).toBe(expected)
})
