import { DAY_MS, HOUR_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import type { Owner } from './owner.ts'
import type { Playbook, Policy } from './playbook.ts'
import { DEFAULT_POLICY } from './policy.ts'
import { type Claim, hasQuotas, quotasFor } from './quotas.ts'
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

const alert = { ...playbookWith({ purpose: 'internal' }), enabled: true, steps: [{ ...step, owner: 'kim' }] }

const inTurn: Owner = { by: 'turn', owners: ['jo', 'kim'] }
const limit = { contacts: 5, withinMs: DAY_MS }

test.each<[string, Partial<Playbook>, Policy, boolean]>([
  ['neither budget nor limit', {}, DEFAULT_POLICY, false],
  ['a budget, and a play with alerts', {}, policy, true],
  ['a budget, and alerts that nobody is to act on', { steps: [step] }, policy, false],
  ['a budget, and a play that alerts each in turn', { steps: [{ ...step, owner: inTurn }] }, policy, true],
  ['a limit of the policy', {}, { ...DEFAULT_POLICY, limit }, true],
  ['a limit of the play', { limit }, DEFAULT_POLICY, true],
  ['a play that is switched off', { enabled: false }, policy, false],
])('members depend on one another or not: %s', (_, changes, inForce, expected) => {
  expect(hasQuotas({ playbooks: [{ ...alert, ...changes }], policy: inForce })).toBe(expected)
})
