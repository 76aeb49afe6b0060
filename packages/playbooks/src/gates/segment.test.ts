import { expect, test } from 'vitest'
import { aMember, aPlaybook, gateInput, playbookWith } from '../testing/sample-input.ts'
import { segment } from './segment.ts'

const students = playbookWith({ for: { ...aPlaybook.for, tier: ['student'] } })

test.each([
  ['one of those the play is for', { member: { ...aMember, tier: 'student' } }, 'pass'],
  ['none of them', { member: { ...aMember, tier: 'regular' } }, 'hold'],
  ['of whom nothing is known: another gate has said so', { member: undefined }, 'pass'],
])('a member who is %s', (_, changes, expected) => {
  expect(segment(gateInput({ playbook: students, ...changes })).answer).toBe(expected)
})
