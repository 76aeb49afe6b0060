import { createErasureKeys, erasureRecord } from '@perennial/runtime'
import { ERASURE_TOPIC } from '@perennial/streams'
import { memoryAddressBook } from '@perennial/testkit'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { IngestHarness, NOW, visit } from './testing/harness.ts'

const keys = createErasureKeys('test', 'test')
let harness: IngestHarness

beforeEach(async () => {
  harness = await IngestHarness.create()
})

afterEach(() => harness.stop())

async function noted(subject: string, at = NOW, readmits = false): Promise<void> {
  const record = erasureRecord({ pseudonym: keys.pseudonym(subject), at, readmits }, keys.id, 3)
  await harness.log.append(ERASURE_TOPIC, [record])
}

const drops = () => harness.count('dropped_total', { stream: 'website-activity', reason: 'erased' })

test('what comes in about somebody who was erased is dropped and counted; the counts balance', async () => {
  await noted('m:M1')
  await harness.start()
  await harness.produce('website-activity', visit('e-1'), visit('e-2', { member: { memberId: 'M2' } }))
  await vi.waitUntil(async () => (await harness.committed('website-activity')) === 2)
  expect((await harness.facts()).map(({ subject }) => subject)).toEqual(['m:M2'])
  expect(await drops()).toBe(1)
  expect(await harness.count('records_total', { stream: 'website-activity' })).toBe(2)
  expect(await harness.count('applied_total', { stream: 'website-activity' })).toBe(1)
})

test('nor is anybody linked to them, or by a reference of theirs, and no address is kept', async () => {
  const book = memoryAddressBook()
  harness.addresses = book
  await noted('m:M1')
  await noted('a:browser')
  await harness.start()
  const signedIn = { type: 'signed_in', userAgent: null } as const
  await harness.produce(
    'website-activity',
    visit('e-1', { ...signedIn, member: { memberId: 'M1', anonymousId: 'other' } }),
    visit('e-2', { ...signedIn, member: { memberId: 'M2', anonymousId: 'browser' } }),
  )
  await harness.produce('membership', {
    eventId: 'e-3',
    occurredAt: NOW,
    sentAt: NOW,
    member: { memberId: 'M1', email: 'jo@members.example' },
    source: 'crm',
    type: 'joined',
  })
  await vi.waitUntil(async () => (await harness.committed('website-activity')) === 2)
  await vi.waitUntil(async () => (await harness.committed('membership')) === 1)
  expect((await harness.facts()).map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(['activity m:M2'])
  expect(await book.addressOf('M1')).toBe(undefined)
})

test('who was readmitted is taken in by the time of what happened', async () => {
  await noted('m:M1', NOW - 90_000)
  await noted('m:M1', NOW - 60_000, true)
  await harness.start()
  const before = { occurredAt: NOW - 60_001, sentAt: NOW }
  await harness.produce(
    'website-activity',
    visit('e-1', before),
    visit('e-2', { occurredAt: NOW - 60_000, sentAt: NOW }),
  )
  await vi.waitUntil(async () => (await harness.committed('website-activity')) === 2)
  expect((await harness.facts()).length).toBe(1)
  expect(await drops()).toBe(1)
})

test('with another key than the erasures were made with, ingest does not start', async () => {
  await noted('m:M1')
  await expect(harness.start({ identityKey: 'another' })).rejects.toThrow('Set IDENTITY_KEY to what it was')
})
