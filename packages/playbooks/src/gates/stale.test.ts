import { expect, test } from 'vitest'
import { gateInput, NOON } from '../testing/sample-input.ts'
import { stale } from './stale.ts'

test.each([
  ['a moment before expiry', NOON + 1, 'pass'],
  ['at the instant of expiry', NOON, 'hold'],
  ['after it', NOON - 1, 'hold'],
])('%s', (_, expiresAt, expected) => {
  expect(stale(gateInput({ cause: { ...gateInput().cause, expiresAt } })).answer).toBe(expected)
})

test('a step that would be due after expiry is stale already', () => {
  const { cause } = gateInput()
  const late = { cause: { ...cause, expiresAt: NOON + 5 }, earliestAt: NOON + 5 }
  expect(stale(gateInput(late))).toEqual({ answer: 'hold', reason: 'stale' })
})
