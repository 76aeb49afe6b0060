import { describe, expect, test } from 'vitest'
import { ENVELOPE, factsOf, NOW, verdictOn } from './testing/facts-of.ts'

const visit = { ...ENVELOPE, type: 'page_viewed' } as const

test('a fact carries its subject, its source, its id and its time', () => {
  expect(factsOf('website-activity', visit)).toEqual([
    {
      kind: 'activity',
      subject: 'm:M1',
      source: { stream: 1, partition: 3, offset: 7, index: 0 },
      idHi: 1,
      idLo: 2,
      at: NOW - 60_000,
      signal: 0,
      amount: 1,
      trust: 1,
    },
  ])
})

describe('what cannot be used, by violation and field', () => {
  test.each([
    ['Required-Missing', 'eventId', { ...visit, eventId: '' }],
    ['Datatype-Mismatch', 'eventId', { ...visit, eventId: 'x'.repeat(257) }],
    ['Required-Missing', 'occurredAt', { ...visit, occurredAt: 0 }],
    ['Datatype-Mismatch', 'occurredAt', { ...visit, occurredAt: 1_780_000_000 }],
    ['Datatype-Mismatch', 'occurredAt', { ...visit, occurredAt: -1 }],
    ['Required-Missing', 'member', { ...visit, member: {} }],
    ['Required-Missing', 'member', { ...visit, member: { memberId: 'undefined', email: 'info@b.org' } }],
    ['Datatype-Mismatch', 'member.memberId', { ...visit, member: { memberId: 'x'.repeat(1_000_000) } }],
    ['Datatype-Mismatch', 'member.externalIds', { ...visit, member: { externalIds: manyIds() } }],
    ['Unplanned-Event', 'type', { ...visit, type: 'unknown' as const }],
  ])('%s %s', (type, field, record) => {
    expect(verdictOn('website-activity', record)).toMatchObject({ kind: 'dead', violation: { type, field } })
  })
})

test('a fact from the future is dated as late as is allowed', () => {
  expect(factsOf('website-activity', { ...visit, occurredAt: Date.UTC(2099, 0, 1) })[0]?.at).toBe(NOW + 300_000)
})

test('no message of a violation holds what the record says: they are logged and counted', () => {
  const verdict = verdictOn('website-activity', { ...visit, member: { memberId: 'ann@secret.example'.repeat(30) } })
  expect(JSON.stringify(verdict)).not.toContain('secret')
})

function manyIds() {
  return Array.from({ length: 21 }, (_, i) => ({ system: 's', id: `${i}` }))
}
