import { expect, test } from 'vitest'
import { hint, nearest } from './suggest.ts'

const KEYS = ['name', 'purpose', 'quietHours', 'steps', 'expiry']

test.each([
  ['quiet_hours', 'quietHours'],
  ['QuietHours', 'quietHours'],
  ['quietHuors', 'quietHours'],
  ['step', 'steps'],
  ['pupose', 'purpose'],
  ['colour', undefined],
])('%s → %s', (word, expected) => {
  expect(nearest(word, KEYS)).toBe(expected)
})

test('without a near word, it says what there is', () => {
  expect(hint('colour', ['log', 'webhook'])).toBe(' (known: log, webhook)')
})
