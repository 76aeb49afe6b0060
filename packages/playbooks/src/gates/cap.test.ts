import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { cap } from './cap.ts'
import { gateInput, NOON, playbookWith } from '../testing/sample-input.ts'

test.each([
  ['nobody wrote lately', [], 'pass'],
  ['somebody wrote yesterday', [NOON - DAY_MS], 'hold'],
  ['somebody wrote exactly a week ago', [NOON - 7 * DAY_MS], 'pass'],
  ['somebody wrote a moment less than a week ago', [NOON - 7 * DAY_MS + 1], 'hold'],
  ['somebody will write tomorrow', [NOON + DAY_MS], 'hold'],
])('one a week: %s', (_, otherContacts, expected) => {
  expect(cap(gateInput({ otherContacts })).answer).toBe(expected)
})

test('what counts is when it will be sent, not when it was decided', () => {
  const otherContacts = [NOON - 7 * DAY_MS + 1_000]
  expect(cap(gateInput({ otherContacts, plannedAt: NOON + 1_000 })).answer).toBe('pass')
})

test("a play's own cap counts the contacts of all plays", () => {
  const playbook = playbookWith({ cap: { contacts: 1, withinMs: 30 * DAY_MS } })
  expect(cap(gateInput({ playbook, otherContacts: [NOON - 20 * DAY_MS] }))).toEqual({ answer: 'hold', reason: 'cap' })
})

test("the policy's cap is about members: an alert to colleagues has its own or none", () => {
  const playbook = playbookWith({ purpose: 'internal' })
  expect(cap(gateInput({ playbook, otherContacts: [NOON - 1] })).answer).toBe('pass')
})
