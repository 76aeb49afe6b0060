import { expect, test } from 'vitest'
import type { AutoRenewFilter } from '../playbook.ts'
import type { MemberState } from '../member-state.ts'
import { autoRenew } from './auto-renew.ts'
import { aMember, aPlaybook, gateInput, playbookWith } from '../testing/sample-input.ts'

test.each<[AutoRenewFilter, MemberState['autoRenew'], 'pass' | 'hold']>([
  ['any', 'on', 'pass'],
  ['any', 'unknown', 'pass'],
  ['off', 'on', 'hold'],
  ['off', 'off', 'pass'],
  ['off', 'unknown', 'pass'],
  ['on', 'on', 'pass'],
  ['on', 'off', 'hold'],
  ['on', 'unknown', 'hold'],
])('a play for auto-renew %s meets a member with %s: %s', (wanted, state, expected) => {
  const playbook = playbookWith({ for: { ...aPlaybook.for, autoRenew: wanted } })
  expect(autoRenew(gateInput({ playbook, member: { ...aMember, autoRenew: state } })).answer).toBe(expected)
})
