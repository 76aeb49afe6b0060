import { expect, test } from 'vitest'
import { gateInput } from '../testing/sample-input.ts'
import { escalation } from './escalation.ts'

const step = { name: 'call', channel: 'task', delayMs: 0 }
const next = { ...step, name: 'call-escalation', escalates: 'call' }

test.each([
  ['somebody has taken it up', next, true, 'hold'],
  ['nobody has', next, false, 'pass'],
  ['that is for the moment of sending to say', next, undefined, 'pass'],
  ['it follows no other step', step, true, 'pass'],
] as const)('%s', (_, asked, answered, expected) => {
  expect(escalation(gateInput({ step: asked, answered })).answer).toBe(expected)
})
