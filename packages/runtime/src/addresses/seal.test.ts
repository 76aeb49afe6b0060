import { expect, test } from 'vitest'
import { contactKey } from './contact-keys.ts'
import { open, seal } from './seal.ts'

const ONE = contactKey(Buffer.alloc(32, 1))
const TWO = contactKey(Buffer.alloc(32, 2))
const ADDRESS = 'jo@members.example'

test('what is sealed opens, and looks different each time', () => {
  const sealed = seal([ONE], ADDRESS, 'M1')
  expect(open([ONE], sealed, 'M1')).toBe(ADDRESS)
  expect(seal([ONE], ADDRESS, 'M1')).not.toBe(sealed)
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('members')
})

test('after a change of keys the old one still opens', () => {
  expect(open([TWO, ONE], seal([ONE], ADDRESS, 'M1'), 'M1')).toBe(ADDRESS)
  expect(() => open([TWO], seal([ONE], ADDRESS, 'M1'), 'M1')).toThrow('put the old key behind the new one')
})

test('it opens for nobody else, and not when it was changed', () => {
  const sealed = seal([ONE], ADDRESS, 'M1')
  expect(() => open([ONE], sealed, 'M2')).toThrow('not what was sealed')
  const bytes = Buffer.from(sealed, 'base64url')
  bytes[bytes.length - 1]! ^= 1
  expect(() => open([ONE], bytes.toString('base64url'), 'M1')).toThrow('not what was sealed')
})
