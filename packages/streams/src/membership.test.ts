import type { MembershipChange } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import type { MembershipV1Input } from './generated/membership.ts'
import { ENVELOPE, factsOf, NOW, verdictOn } from './testing/facts-of.ts'

const DAY = 86_400_000
const AT = ENVELOPE.occurredAt
const record = (changes: Partial<MembershipV1Input>): MembershipV1Input => ({
  ...ENVELOPE,
  type: 'profile_changed',
  ...changes,
})

function changeOf(changes: Partial<MembershipV1Input>): MembershipChange {
  const [fact] = factsOf('membership', record(changes))
  if (fact?.kind !== 'membership') throw new Error('no membership fact')
  return fact.change
}

describe('what a type says', () => {
  const term = { termStart: NOW, termEnd: NOW + 365 * DAY, dues: 120, autoRenew: true }

  test.each<[MembershipV1Input['type'], Partial<MembershipV1Input>, MembershipChange]>([
    ['joined', {}, { status: 'active', joinedAt: AT }],
    ['joined', { joinedAt: NOW - 900 * DAY }, { status: 'active', joinedAt: NOW - 900 * DAY }],
    [
      'renewed',
      term,
      {
        status: 'active',
        renewed: true,
        term: { start: NOW, end: NOW + 365 * DAY },
        dues: 120,
        autoRenew: true,
      },
    ],
    ['lapsed', {}, { status: 'lapsed' }],
    ['auto_renew_changed', { autoRenew: false }, { autoRenew: false }],
    ['payment_failed', {}, { paymentFailed: true }],
    ['payment_received', {}, { paymentFailed: false }],
    [
      'profile_changed',
      { tier: 'fellow', chapter: 'north', timeZone: 'Europe/Zurich' },
      { tier: 'fellow', chapter: 'north', timeZone: 'Europe/Zurich' },
    ],
    [
      'consent_changed',
      { consent: { marketing: false, events: true } },
      { consent: { marketing: false, events: true } },
    ],
  ])('%s', (type, fields, expected) => {
    expect(changeOf({ type, ...fields })).toEqual(expected)
  })
})

test('a term without a start begins when the change happened', () => {
  expect(changeOf({ type: 'term_changed', termEnd: NOW + DAY }).term).toMatchObject({ start: AT, end: NOW + DAY })
})

test('every address becomes an alias', () => {
  const facts = factsOf(
    'membership',
    record({ emails: ['a@b.org', 'c@d.org', 'info@b.org'], member: { memberId: 'M1', email: 'A@b.org' } }),
  )
  expect(facts.slice(1).map(({ kind, subject }) => [kind, subject])).toEqual([
    ['link', 'e:#a@b.org'],
    ['link', 'e:#c@d.org'],
  ])
})

test('a wrong link is taken back', () => {
  const member = { memberId: 'M1', email: 'a@b.org', anonymousId: 'a1' }
  const facts = factsOf('membership', record({ type: 'reference_unlinked', member }))
  expect(facts).toMatchObject([
    { kind: 'unlink', subject: 'e:#a@b.org', member: 'm:M1', source: { index: 0 } },
    { kind: 'unlink', subject: 'a:a1', member: 'm:M1', source: { index: 1 } },
  ])
})

describe('what cannot be used', () => {
  test.each<[string, string, Partial<MembershipV1Input>]>([
    ['Required-Missing', 'member.memberId', { type: 'joined', member: { email: 'a@b.org' } }],
    ['Required-Missing', 'member', { type: 'reference_unlinked' }],
    ['Required-Missing', 'termEnd', { type: 'renewed' }],
    ['Required-Missing', 'termEnd', { type: 'term_changed', termStart: NOW }],
    ['Required-Missing', 'termEnd', { type: 'joined', termStart: NOW }],
    ['Required-Missing', 'consent', { type: 'consent_changed' }],
    ['Required-Missing', 'autoRenew', { type: 'auto_renew_changed' }],
    ['Datatype-Mismatch', 'termEnd', { type: 'renewed', termStart: NOW, termEnd: NOW }],
    ['Datatype-Mismatch', 'termEnd', { type: 'renewed', termEnd: 1_800_000_000 }],
    ['Datatype-Mismatch', 'termEnd', { type: 'renewed', termEnd: Date.UTC(9999, 11, 31) }],
    ['Datatype-Mismatch', 'termStart', { type: 'renewed', termStart: 1_700_000_000, termEnd: NOW }],
    ['Datatype-Mismatch', 'joinedAt', { type: 'joined', joinedAt: 1_500_000_000 }],
    ['Datatype-Mismatch', 'joinedAt', { type: 'joined', joinedAt: 0 }],
    ['Datatype-Mismatch', 'dues', { type: 'renewed', termEnd: NOW, dues: -1 }],
    ['Datatype-Mismatch', 'dues', { type: 'renewed', termEnd: NOW, dues: Number.NaN }],
    ['Datatype-Mismatch', 'tier', { tier: 'é'.repeat(121) }],
    ['Datatype-Mismatch', 'emails', { emails: Array.from({ length: 51 }, (_, i) => `a${i}@b.org`) }],
    [
      'Datatype-Mismatch',
      'consent',
      { consent: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`p${i}`, true])) },
    ],
    ['Datatype-Mismatch', 'consent', { consent: { ['x'.repeat(101)]: true } }],
    ['Unplanned-Event', 'type', { type: 'unknown' }],
  ])('%s %s %j', (type, field, changes) => {
    expect(verdictOn('membership', record(changes))).toMatchObject({ kind: 'dead', violation: { type, field } })
  })
})

test('somebody who joined in 1969, or before there were computers, is a member', () => {
  expect(changeOf({ type: 'joined', joinedAt: Date.UTC(1969, 6, 20) }).joinedAt).toBe(Date.UTC(1969, 6, 20))
  expect(changeOf({ type: 'joined', joinedAt: Date.UTC(1931, 0, 1) }).joinedAt).toBe(Date.UTC(1931, 0, 1))
})

describe('where a member gets mail', () => {
  const mailboxesOf = (changes: Partial<MembershipV1Input>) => {
    const verdict = verdictOn('membership', record(changes))
    return verdict.kind === 'ok' ? verdict.mailboxes?.() : undefined
  }
  const member = { ...ENVELOPE.member, memberId: 'M1' }
  const theirs = { memberId: 'M1', at: AT, theirs: true }

  test('is the address of the reference, else the first of the list that can be mailed', () => {
    const emails = ['not an address', ' Jo@B.org ', 'c@d.org']
    expect(mailboxesOf({ member: { ...member, email: 'a@b.org' }, emails })).toEqual([
      { ...theirs, address: 'a@b.org' },
    ])
    expect(mailboxesOf({ member: { ...member, email: null }, emails })).toEqual([{ ...theirs, address: 'Jo@B.org' }])
  })

  test('is not said by a record without an address', () => {
    expect(mailboxesOf({ member: { ...member, email: null } })).toEqual([])
  })

  test('is taken back with the reference', () => {
    const unlinked = {
      type: 'reference_unlinked',
      member: { ...member, email: 'a@b.org' },
      emails: ['c@d.org'],
    } as const
    expect(mailboxesOf(unlinked)).toEqual([
      { ...theirs, address: 'a@b.org', theirs: false },
      { ...theirs, address: 'c@d.org', theirs: false },
    ])
  })
})
