import { expect, test } from 'vitest'
import { memberStatus } from './member-status.ts'
import { aMember, aPlaybook, gateInput, playbookWith } from '../testing/sample-input.ts'

const forAnyone = playbookWith({ for: { ...aPlaybook.for, status: ['active', 'unknown', 'lapsed'] } })

test.each([
  ['a member is one of those it is for', {}, 'pass'],
  ['a lapsed member is not', { member: { ...aMember, status: 'lapsed' as const } }, 'member-status'],
  ['whoever has no membership is not', { member: { ...aMember, status: 'unknown' as const } }, 'member-status'],
  ['nothing known of the person, whomever it is for', { member: undefined, playbook: forAnyone }, 'member-unknown'],
  [
    'a win-back play may name the lapsed',
    { member: { ...aMember, status: 'lapsed' as const }, playbook: forAnyone },
    'pass',
  ],
])('%s', (_, changes, expected) => {
  const result = memberStatus(gateInput(changes))
  expect(result.answer === 'hold' ? result.reason : result.answer).toBe(expected)
})
