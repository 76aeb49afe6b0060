import { DAY_MS, HOUR_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { DEFAULT_POLICY } from './policy.ts'
import { type Claim, quotasFor } from './quotas.ts'
import { aPlaybook, playbookWith } from './testing/sample-input.ts'

const step = { name: 'alert', channel: 'log', delayMs: 0 }
const policy = { ...DEFAULT_POLICY, alertBudget: { perDay: 10, owners: { kim: 3 } } }
const claim = (changes: Partial<Claim>) =>
  quotasFor({ playbook: playbookWith({ purpose: 'internal' }), step, policy, owner: 'ops', worth: 80, ...changes })

test('without budget and limit there is nothing to ask for', () => {
  expect(claim({ policy: DEFAULT_POLICY })).toEqual([])
})

test('an owner has the budget of the policy, or one of their own', () => {
  expect(claim({})).toEqual([{ name: 'owner:ops', reason: 'alert-budget', most: 10, withinMs: DAY_MS, worth: 80 }])
  expect(claim({ owner: 'kim' })).toMatchObject([{ name: 'owner:kim', most: 3 }])
})

test.each([
  ['nobody is to act on it', { owner: undefined }, 0],
  ['it goes to the member', { playbook: aPlaybook }, 0],
  [
    'it is a task, of a play that writes to members too',
    { playbook: aPlaybook, step: { ...step, channel: 'task' } },
    1,
  ],
])('%s', (_, changes, count) => {
  expect(claim(changes)).toHaveLength(count)
})

test("a play's own limit takes the place of the policy's", () => {
  const limited = { ...DEFAULT_POLICY, limit: { contacts: 500, withinMs: DAY_MS } }
  expect(claim({ policy: limited })).toEqual([
    { name: 'play:win-back', reason: 'play-limit', most: 500, withinMs: DAY_MS },
  ])
  const playbook = playbookWith({ limit: { contacts: 5, withinMs: HOUR_MS } })
  expect(claim({ policy: limited, playbook })).toMatchObject([{ most: 5, withinMs: HOUR_MS }])
})
