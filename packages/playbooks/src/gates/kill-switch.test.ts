import { expect, test } from 'vitest'
import { killSwitch } from './kill-switch.ts'
import { gateInput, playbookWith } from '../testing/sample-input.ts'

test.each([
  ['nothing is switched off', {}, 'pass'],
  ['everything is', { kill: { all: true, playbooks: new Set<string>() } }, 'kill-switch'],
  ['this play is', { kill: { all: false, playbooks: new Set(['win-back']) } }, 'kill-switch'],
  ['another play is', { kill: { all: false, playbooks: new Set(['other']) } }, 'pass'],
  ['its file says so', { playbook: playbookWith({ enabled: false }) }, 'playbook-off'],
])('%s', (_, changes, expected) => {
  const result = killSwitch(gateInput(changes))
  expect(result.answer === 'hold' ? result.reason : result.answer).toBe(expected)
})
