import { memoryAddressBook } from '@perennial/testkit'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ACTIVITY, IngestHarness, NOW } from './testing/harness.ts'

let harness: IngestHarness

beforeEach(async () => {
  harness = await IngestHarness.create()
})

afterEach(() => harness.stop())

const joined = {
  eventId: 'e-1',
  occurredAt: NOW - 60_000,
  sentAt: NOW - 59_000,
  member: { memberId: 'M1', email: 'jo@members.example' },
  source: 'crm',
  type: 'joined',
} as const

test('the address of a membership record is kept, and goes into no fact', async () => {
  const book = memoryAddressBook()
  harness.addresses = book
  await harness.start()
  await harness.produce('membership', joined)
  await vi.waitUntil(async () => (await book.addressOf('M1')) === 'jo@members.example')
  expect(JSON.stringify(await harness.facts())).not.toContain('members.example')
})

test('without a key no address is kept, and ingest asks for no Redis', async () => {
  await harness.start()
  await harness.produce('membership', joined)
  await vi.waitUntil(async () => (await harness.committed('membership')) === 1)
  expect(harness.failures).toEqual([])
})

test('an address that could not be kept comes again: the position waits for it, the facts do not', async () => {
  const book = memoryAddressBook()
  let failing = true
  harness.addresses = {
    async keep(mailboxes) {
      if (failing) throw new Error('Redis is away')
      await book.keep(mailboxes)
    },
  }
  await harness.start()
  await harness.produce('membership', joined)
  await vi.waitUntil(() => harness.failures.length > 0)
  expect(await harness.committed('membership')).toBe(undefined)
  expect(await harness.all(ACTIVITY)).not.toHaveLength(0)
  failing = false
  await vi.waitUntil(async () => (await harness.committed('membership')) === 1)
  expect(await book.addressOf('M1')).toBe('jo@members.example')
  expect(await harness.count('records_total', { stream: 'membership' })).toBe(1)
})

test('a record that names nobody keeps no address', async () => {
  const book = memoryAddressBook()
  harness.addresses = book
  await harness.start()
  await harness.produce('membership', { ...joined, member: { email: 'jo@members.example' } })
  await vi.waitUntil(async () => (await harness.dead('membership')).length === 1)
  expect(await book.addressOf('')).toBe(undefined)
})
