import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { parseDuration, parseInstant } from './duration.ts'

test.each([
  ['365d', 365 * DAY_MS],
  ['12w', 84 * DAY_MS],
  ['36h', 1.5 * DAY_MS],
  ['0.5d', DAY_MS / 2],
])('%s', (text, ms) => {
  expect(parseDuration(text, '--horizon')).toBe(ms)
})

test.each(['', '365', 'd', '-5d', '1y', '2m', '1 d'])("'%s' is no duration", (text) => {
  expect(() => parseDuration(text, '--horizon')).toThrow(
    `--horizon is '${text}': give a number of hours, days or weeks`,
  )
})

test('an instant is a date or a time', () => {
  expect(parseInstant('2024-03-01', '--cutoff')).toBe(Date.UTC(2024, 2, 1))
  expect(parseInstant('2024-03-01T02:00+02:00', '--cutoff')).toBe(Date.UTC(2024, 2, 1))
  expect(() => parseInstant('March', '--cutoff')).toThrow("--cutoff is 'March': give a date")
})
