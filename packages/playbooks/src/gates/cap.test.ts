import { DAY_MS } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import { DEFAULT_POLICY } from '../policy.ts'
import { cap } from './cap.ts'
import { aPlaybook, gateInput, NOON, othersAt, playbookWith } from '../testing/sample-input.ts'

test.each([
  ['nobody wrote lately', [], 'pass'],
  ['somebody wrote yesterday', [NOON - DAY_MS], 'hold'],
  ['somebody wrote exactly a week ago', [NOON - 7 * DAY_MS], 'pass'],
  ['somebody wrote a moment less than a week ago', [NOON - 7 * DAY_MS + 1], 'hold'],
  ['somebody will write tomorrow', [NOON + DAY_MS], 'hold'],
])('one a week: %s', (_, times, expected) => {
  expect(cap(gateInput({ otherContacts: othersAt(...times) })).answer).toBe(expected)
})

test('what counts is when it will be sent, not when it was decided', () => {
  const otherContacts = othersAt(NOON - 7 * DAY_MS + 1_000)
  expect(cap(gateInput({ otherContacts, plannedAt: NOON + 1_000 })).answer).toBe('pass')
})

test("a play's own cap counts the contacts of all plays", () => {
  const playbook = playbookWith({ cap: { contacts: 1, withinMs: 30 * DAY_MS } })
  expect(cap(gateInput({ playbook, otherContacts: othersAt(NOON - 20 * DAY_MS) }))).toEqual({
    answer: 'hold',
    reason: 'cap',
  })
})

test("the policy's cap is about members: an alert to colleagues has its own or none", () => {
  const playbook = playbookWith({ purpose: 'internal' })
  expect(cap(gateInput({ playbook, otherContacts: othersAt(NOON - 1) })).answer).toBe('pass')
})

describe('a cap of one purpose or channel', () => {
  const marketingCap = { contacts: 1, withinMs: 30 * DAY_MS, purpose: 'marketing' } as const
  const policy = { ...DEFAULT_POLICY, cap: { contacts: 9, withinMs: DAY_MS }, caps: [marketingCap] }
  const yesterday = (purpose: string) =>
    othersAt(NOON - DAY_MS).map((other) => ({ ...other, purpose, channel: 'email' }))

  test.each([
    ['marketing', 'marketing', 'hold'],
    ['marketing', 'service', 'pass'],
    ['service', 'marketing', 'pass'],
    ['service', 'service', 'pass'],
  ] as const)('of marketing: %s after %s: %s', (purpose, before, expected) => {
    const playbook = playbookWith({ purpose })
    expect(cap(gateInput({ playbook, policy, otherContacts: yesterday(before) })).answer).toBe(expected)
  })

  test.each([
    ['email', 'hold'],
    ['webhook', 'pass'],
  ] as const)('of email: a contact through %s after an email: %s', (channel, expected) => {
    const caps = [{ contacts: 1, withinMs: 30 * DAY_MS, channel: 'email' }]
    const step = { name: 'mail', channel, delayMs: 0 }
    const input = gateInput({ step, policy: { ...policy, caps }, otherContacts: yesterday('service') })
    expect(cap(input).answer).toBe(expected)
  })

  test('of internal contacts holds for them, and no other cap of the policy does', () => {
    const caps = [{ contacts: 1, withinMs: DAY_MS, purpose: 'internal' as const }]
    const playbook = playbookWith({ purpose: 'internal' })
    const input = { playbook, otherContacts: othersAt(NOON - 1) }
    expect(cap(gateInput({ ...input, policy: { ...policy, caps } })).answer).toBe('hold')
    expect(cap(gateInput({ ...input, policy })).answer).toBe('pass')
  })
})

test.each([
  ['waits, and has a lower priority', { pending: true, priority: 39 }, 'pass'],
  ['waits, and has the same priority', { pending: true, priority: 40 }, 'hold'],
  ['has gone out', { pending: false, priority: 1 }, 'hold'],
  ['waits, and its priority is not known', { pending: true }, 'hold'],
])('the last place in a window is got from one that %s: %o', (_, known, expected) => {
  const otherContacts = othersAt(NOON + DAY_MS).map((other) => ({ ...other, ...known }))
  expect(cap(gateInput({ playbook: { ...aPlaybook, priority: 40 }, otherContacts })).answer).toBe(expected)
})
