import { DAY_MS, HOUR_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { quietHours } from './quiet-hours.ts'
import { gateInput, NOON } from '../testing/sample-input.ts'

test('by day it passes', () => {
  expect(quietHours(gateInput()).answer).toBe('pass')
})

test('by night it waits until the night is over', () => {
  const plannedAt = NOON + 3 * HOUR_MS
  expect(quietHours(gateInput({ plannedAt }))).toEqual({ answer: 'delay', until: plannedAt })
})

test('when the night ends at or after the expiry, it is held', () => {
  const { cause } = gateInput()
  expect(quietHours(gateInput({ plannedAt: NOON + DAY_MS, cause: { ...cause, expiresAt: NOON + DAY_MS } }))).toEqual({
    answer: 'hold',
    reason: 'quiet-past-expiry',
  })
})
