import { expect, test } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const NOW = Date.UTC(2026, 10, 23, 12)

test.each([
  ['120', 120_000],
  ['Mon, 23 Nov 2026 12:05:00 GMT', 300_000],
  ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
  ['999999999', 86_400_000],
  ['soon', undefined],
  ['-5', undefined],
  [undefined, undefined],
])('retry-after %s is %s ms', (header, expected) => {
  expect(retryAfterMs(header, NOW)).toEqual(expected)
})
