import { expect, test } from 'vitest'
import { createEmailHash } from './email-hash.ts'

test('is the same every time, another for another key, and does not hold the address', () => {
  const hash = createEmailHash('key')
  expect(hash('ann@example.org')).toBe(hash('ann@example.org'))
  expect(createEmailHash('key')('ann@example.org')).toBe(hash('ann@example.org'))
  expect(createEmailHash('other')('ann@example.org')).not.toBe(hash('ann@example.org'))
  expect(hash('ann@example.org')).toMatch(/^[\w-]{22}$/)
})
