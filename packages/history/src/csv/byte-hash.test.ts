import { expect, test } from 'vitest'
import { ByteHash } from './byte-hash.ts'

function hashOf(...texts: readonly string[]): string {
  const hash = new ByteHash()
  hash.begin()
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text)
    hash.text(bytes, 0, bytes.length)
  }
  hash.finish()
  return `${hash.hi}/${hash.lo}`
}

test('differs for different texts, and for texts divided differently', () => {
  const texts = Array.from({ length: 50_000 }, (_, i) => [`order-${i}`])
  const all = [...texts, ['', ''], [''], ['a', 'bc'], ['ab', 'c'], ['abc', ''], ['', 'abc'], ['a\u0000', ''], ['a', '']]
  expect(new Set(all.map((each) => hashOf(...each))).size).toBe(all.length)
  expect(hashOf('ab', 'c')).toBe(hashOf('ab', 'c'))
})
