import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { correctedTime, EARLIEST_MS } from './clock.ts'

const NOW = Date.UTC(2026, 5, 1, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const YEAR = 365 * 24 * HOUR
const FUTURE = 5 * MINUTE

test.each([
  ['right clock, sent at once', -MINUTE, -MINUTE + 10, -MINUTE],
  ['right clock, sent late', -HOUR, -MINUTE, -HOUR],
  ['clock an hour ahead, sent at once', HOUR - 5, HOUR, -5],
  ['clock an hour ahead, waited for two', -HOUR, HOUR, -2 * HOUR],
  ['clock an hour behind', -HOUR, -HOUR + 5, -HOUR],
  ['history replayed by a right clock', -2 * YEAR, 0, -2 * YEAR],
  ['history replayed with its old times of sending', -2 * YEAR, -2 * YEAR + 9, -2 * YEAR],
  ['history replayed by a clock that is an hour ahead', -2 * YEAR, HOUR, -2 * YEAR - HOUR],
  ['a time of sending that is no time', -MINUTE, 50 * YEAR, -MINUTE],
  ['both far ahead: the clock was wrong by decades', 50 * YEAR - 7, 50 * YEAR, -7],
  ['happens after it was sent: cut at what is allowed', 50 * YEAR, -MINUTE, FUTURE],
  ['a little ahead is let be', MINUTE, -MINUTE, MINUTE],
  ['no time of sending', -MINUTE, -NOW, -MINUTE],
])('%s', (_, occurred, sent, expected) => {
  expect(correctedTime(NOW + occurred, NOW + sent, NOW, FUTURE) - NOW).toBe(expected)
})

test('the time is never later than allowed, nor before 1980 if it was not', () => {
  const time = fc.integer({ min: EARLIEST_MS, max: 4_000_000_000_000 })
  fc.assert(
    fc.property(time, fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), (occurredAt, sentAt) => {
      const at = correctedTime(occurredAt, sentAt, NOW, FUTURE)
      return at <= NOW + FUTURE && at >= EARLIEST_MS
    }),
  )
})
