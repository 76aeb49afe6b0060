import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { aMember, gateInput, NOON, playbookWith } from '../testing/sample-input.ts'
import { bandEntered } from '../triggers/band-entered.ts'
import { stateTrigger } from '../triggers/trigger.ts'
import { superseded } from './superseded.ts'

const onlyHigh = playbookWith({ when: bandEntered(['high']) })

test.each([
  ['still in the band', {}, 'pass'],
  ['in a worse band than the one that began it', { playbook: playbookWith({ when: bandEntered(['medium']) }) }, 'pass'],
  [
    'fell to medium, and the play is about high',
    { playbook: onlyHigh, member: { ...aMember, band: 'medium' as const } },
    'superseded',
  ],
  ['fell to medium, and the play is about both', { member: { ...aMember, band: 'medium' as const } }, 'pass'],
  ['back to low', { member: { ...aMember, band: 'low' as const } }, 'superseded'],
  ['no band any more', { member: { ...aMember, band: undefined } }, 'superseded'],
  ['renewed since', { member: { ...aMember, termEnd: NOON + 425 * DAY_MS } }, 'renewed'],
])('%s', (_, changes, expected) => {
  const result = superseded(gateInput(changes))
  expect(result.answer === 'hold' ? result.reason : result.answer).toBe(expected)
})

test('what a play waits for is asked again: a payment that went through after all', () => {
  const playbook = playbookWith({
    when: stateTrigger('paymentFailed', ({ paymentFailedAt, paidAt }) =>
      paymentFailedAt > paidAt ? paymentFailedAt : undefined,
    ),
  })
  const failed = { ...aMember, paymentFailedAt: NOON - 5, paidAt: NOON - 10 }
  expect(superseded(gateInput({ playbook, member: failed })).answer).toBe('pass')
  expect(superseded(gateInput({ playbook, member: { ...failed, paidAt: NOON - 1 } })).answer).toBe('hold')
})

test('a member who had no term at the time cannot have renewed it', () => {
  const { cause } = gateInput()
  expect(superseded(gateInput({ cause: { ...cause, termEnd: 0 } })).answer).toBe('pass')
})
