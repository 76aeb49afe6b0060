import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aliasesOf,
  mailAddress,
  overlongReference,
  type References,
  subjectOf,
  usable,
  usableEmail,
} from './references.ts'

const NONE: References = { memberId: null, email: null, anonymousId: null, externalIds: [] }
const hash = (address: string) => `#${address}`
const subject = (changes: Partial<References>) => subjectOf({ ...NONE, ...changes }, hash)

describe('whom a record is about', () => {
  const all = { memberId: 'M1', email: 'ann@example.org', anonymousId: 'a1', externalIds: [{ system: 'crm', id: '9' }] }

  test.each([
    ['the member number first', all, 'm:M1'],
    ['then the email, as its hash', { ...all, memberId: null }, 'e:#ann@example.org'],
    ['then the browser', { ...all, memberId: null, email: null }, 'a:a1'],
    ['then an id in another system', { ...NONE, externalIds: all.externalIds }, 'x:crm:9'],
    ['nobody', NONE, undefined],
    ['spaces around do not make another member', { memberId: ' M1 ' }, 'm:M1'],
    ['an email is the same however it is written', { email: ' Ann@Example.ORG' }, 'e:#ann@example.org'],
    ['a filler is passed over', { memberId: 'undefined', anonymousId: 'a1' }, 'a:a1'],
    ['a shared mailbox is passed over', { email: 'info@example.org', anonymousId: 'a1' }, 'a:a1'],
  ])('%s', (_, references, expected) => {
    expect(subject(references)).toBe(expected)
  })

  test('the order in which a producer lists other systems does not matter', () => {
    const ids = [
      { system: 'shop', id: '2' },
      { system: 'CRM', id: '1' },
    ]
    expect(subject({ externalIds: ids })).toBe('x:crm:1')
    expect(subject({ externalIds: ids.toReversed() })).toBe('x:crm:1')
  })

  test('no two pairs of system and id are the same key', () => {
    const text = fc.string({ minLength: 1, maxLength: 5, unit: fc.constantFrom('a', ':', '%', '3') })
    fc.assert(
      fc.property(text, text, text, text, (s1, i1, s2, i2) => {
        fc.pre(s1 !== s2 || i1 !== i2)
        const first = subject({ externalIds: [{ system: s1, id: i1 }] })
        return first !== subject({ externalIds: [{ system: s2, id: i2 }] })
      }),
    )
  })
})

test.each([
  '',
  ' ',
  'undefined',
  'NULL',
  'None',
  'n/a',
  'N/A',
  'anonymous',
  'unknown',
  '0',
  '-',
  '[object Object]',
  'NaN',
])('%j is nobody', (value) => {
  expect(usable(value)).toBeUndefined()
})

test.each(['M1', '7', '00', 'nullius', 'Anna', 'none-of-your-business', 'null@'])('%j may be somebody', (value) => {
  expect(usable(value)).toBe(value)
})

test.each([
  'info@example.org',
  'INFO@example.org',
  'admin@example.org',
  'office+news@example.org',
  'no-reply@example.org',
  'noreply@example.org',
  'undefined@example.org',
  'null',
  'ann',
  'ann@',
  '@example.org',
  'ann@example',
  'ann@example.',
  'ann@.org',
  'ann smith@example.org',
])('%j is nobody’s own address', (address) => {
  expect(usableEmail(address)).toBeUndefined()
})

test.each(['ann@example.org', 'information@example.org', 'ann+info@example.org', 'infora@example.org', 'a@b.co'])(
  '%j is a person’s address',
  (address) => {
    expect(usableEmail(address)).toBe(address)
  },
)

test('aliases are all references but the member number, each once', () => {
  const references = { memberId: 'M1', email: 'a@b.org', anonymousId: 'null', externalIds: [{ system: 's', id: '1' }] }
  expect(aliasesOf(references, hash, ['A@b.org', 'c@d.org', 'info@d.org'])).toEqual([
    'e:#a@b.org',
    'e:#c@d.org',
    'x:s:1',
  ])
})

test.each([
  ['member.memberId', { memberId: 'x'.repeat(248) }],
  ['member.memberId', { memberId: 'é'.repeat(124) }],
  ['member.anonymousId', { anonymousId: 'x'.repeat(100_000) }],
  ['member.email', { email: `${'x'.repeat(250)}@b.org` }],
  [
    'member.externalIds.1',
    {
      externalIds: [
        { system: 'a', id: '1' },
        { system: '::::', id: 'x'.repeat(240) },
      ],
    },
  ],
])('%s too long for a key', (field, references) => {
  expect(overlongReference({ ...NONE, ...references })).toBe(field)
})

test('a reference of 247 bytes fits', () => {
  expect(overlongReference({ ...NONE, memberId: 'x'.repeat(247), anonymousId: 'é'.repeat(123) })).toBeUndefined()
})

test.each([
  ['jo.doe+club@members.example', 'jo.doe+club@members.example'],
  [' Info@Club.example ', 'Info@Club.example'],
  ['jö@müller.example', 'jö@müller.example'],
  ['a@b.example,c@d.example', undefined],
  ['a@b.example\r\nBcc: c@d.example', undefined],
  ['Jo <jo@b.example>', undefined],
  ['jo@localhost', undefined],
  ['jo@b..example', undefined],
  ['"jo"@b.example', undefined],
  [`${'x'.repeat(250)}@b.org`, undefined],
  [null, undefined],
])('mail to %s goes to %s', (value, expected) => {
  expect(mailAddress(value)).toBe(expected)
})
