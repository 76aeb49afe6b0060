import { expect, test } from 'vitest'
import { decide } from '../decide.ts'
import { gateInput, playbookWith } from '../testing/sample-input.ts'
import { erased } from './erased.ts'

test.each([
  [false, 'pass'],
  [true, 'hold'],
] as const)('erased: %s', (is, expected) => {
  for (const purpose of ['internal', 'service', 'marketing'] as const)
    expect(erased(gateInput({ erased: is, playbook: playbookWith({ purpose }) })).answer).toBe(expected)
})

test('is the reason before any other', () => {
  const decision = decide({ ...gateInput({ erased: true, member: undefined }), moment: 'send' })
  expect(decision).toMatchObject({ kind: 'hold', reason: 'erased' })
  expect(decision.answers[0]).toMatchObject({ gate: 'erased' })
})
