import { createDecoder, interventionRecord, type LedgerEntry, NO_ERASURES } from '@perennial/runtime'
import { encodeRecord, type InterventionV2, type OutreachOutcomeV2, SCHEMAS, topicOf } from '@perennial/streams'
import {
  createMemoryLog,
  memoryContacts,
  memoryJobQueue,
  memoryLedger,
  NOON,
  quietLogger,
  sampleContact,
  sampleEntry,
  settableClock,
} from '@perennial/testkit'
import { beforeEach, expect, test } from 'vitest'
import { restoreContacts } from './restore.ts'

const DECISIONS = topicOf('intervention')
const OUTCOMES = topicOf('outreach-outcome')
const REF = sampleContact()

/** What is stored after the loss, and the log that remembers. */
function setUp() {
  const clock = settableClock(NOON)
  const log = createMemoryLog(clock, { topics: { [DECISIONS]: 2, [OUTCOMES]: 1 } })
  const contacts = memoryContacts()
  const ledger = memoryLedger()
  const queue = memoryJobQueue(clock, { keepMs: 86_400_000 })
  const decoder = <N extends 'intervention' | 'outreach-outcome'>(name: N) =>
    createDecoder({ register: async () => 1, schemaById: async () => SCHEMAS[name] }, name)
  const decode = { intervention: decoder('intervention'), outcome: decoder('outreach-outcome') }
  const erased = new Set<string>()
  const erasures = { ...NO_ERASURES, barOf: (subject: string) => (erased.has(subject) ? Infinity : 0) }
  const restore = async (from?: Record<string, number[]>) => {
    const to = { [DECISIONS]: await log.endOffsets(DECISIONS), [OUTCOMES]: await log.endOffsets(OUTCOMES) }
    await restoreContacts({ log, contacts, ledger, queue, decode, erasures, logger: quietLogger() }, from, to)
  }
  const decided = (changes: Partial<InterventionV2> = {}) =>
    log.append(DECISIONS, [{ partition: 1, value: encodeRecord('intervention', decision(changes), 1) }])
  const ended = (outcome: OutreachOutcomeV2['outcome'], interventionId = 'i-1') =>
    log.append(OUTCOMES, [{ partition: 0, value: encodeRecord('outreach-outcome', end(outcome, interventionId), 1) }])
  const contact = async () => (await contacts.view([REF]))[0]?.contact
  const entry = async () => (await ledger.find([{ memberId: 'M1', id: 'i-1' }]))[0]
  return { clock, log, contacts, ledger, queue, erased, restore, decided, ended, contact, entry }
}

function decision(changes: Partial<InterventionV2>): InterventionV2 {
  return { ...interventionRecord(sampleEntry()), ...changes }
}

const AT_SENDING = [{ gate: 'cap', answer: 'pass' as const, reason: null, until: null }]

function end(outcome: OutreachOutcomeV2['outcome'], interventionId: string) {
  const { playbook, step, channel } = sampleEntry()
  const about = { interventionId, playbook, step, channel, outcome, detail: null, answers: AT_SENDING }
  const times = { occurredAt: NOON + 5, sentAt: NOON + 5 }
  return { eventId: `o-1.${outcome}`, member: { memberId: 'M1' }, source: 'perennial', ...times, ...about }
}

let it = setUp()
beforeEach(() => {
  it = setUp()
})

async function stored(entry: LedgerEntry = sampleEntry()): Promise<void> {
  await it.contacts.reserve([{ ref: REF, interventionId: entry.id, plannedAt: NOON, caps: [] }])
  await it.ledger.record([entry])
}

/** As records were before they told all of it. */
const OLDER = { policyVersion: '', sendAt: null, answers: [] }

test('everything lost: what was decided and not made yet goes on, and nobody is contacted twice', async () => {
  await it.decided()
  await it.restore()
  expect(await it.contact()).toMatchObject({ interventionId: 'i-1', state: 'pending' })
  expect(await it.entry()).toEqual(sampleEntry())
  expect(await it.queue.counts()).toMatchObject({ waiting: 1 })
  const again = { ref: REF, interventionId: 'i-2', plannedAt: NOON + 5, caps: [] }
  expect(await it.contacts.reserve([again])).toEqual([{ kind: 'taken' }])
})

test('everything lost: what was made is in the ledger with what came of it, and has no job', async () => {
  await it.decided()
  await it.ended('delivered')
  await it.restore()
  expect(await it.entry()).toEqual({
    ...sampleEntry(),
    outcome: { outcome: 'delivered', at: NOON + 5, channel: 'log', answers: [{ gate: 'cap', answer: 'pass' }] },
  })
  expect(await it.queue.counts()).toMatchObject({ waiting: 0 })
  // Caps over all plays count it, from when it was made.
  expect((await it.contacts.view([sampleContact({ playbook: 'another' })]))[0]?.others).toMatchObject([
    { at: NOON + 5, pending: false },
  ])
})

test('everything lost: what was held, and what came to nothing, can be told again', async () => {
  await it.decided({ decision: 'hold', reason: 'cap', sendAt: null })
  await it.decided({ interventionId: 'i-2' })
  await it.ended('superseded', 'i-2')
  await it.restore()
  const told = (await it.ledger.ofMember('M1')).map(({ id, reason, outcome }) => [id, reason ?? outcome?.outcome])
  expect(Object.fromEntries(told)).toEqual({ 'i-1': 'cap', 'i-2': 'superseded' })
  expect(await it.contact()).toBeUndefined()
})

test('everything lost, and the record does not tell all of it: it counts as made', async () => {
  await it.decided(OLDER)
  await it.restore()
  expect(await it.contact()).toMatchObject({ interventionId: 'i-1', state: 'sent' })
  expect(await it.entry()).toBeUndefined()
  expect(await it.queue.counts()).toMatchObject({ waiting: 0 })
})

test('everything lost, and what came of it may have been told too long ago: it counts as made', async () => {
  await it.ended('delivered', 'i-0')
  await it.decided()
  it.log.truncate({ topic: OUTCOMES, partition: 0 }, 1)
  it.clock.advance(5)
  await it.ended('delivered', 'i-9')
  await it.decided({ interventionId: 'i-2', step: 'call', sendAt: NOON + 6 })
  await it.restore()
  expect((await it.contact())?.state).toBe('sent')
  const later = await it.contacts.view([sampleContact({ step: 'call' })])
  expect(later[0]?.contact?.state).toBe('pending')
  expect(await it.queue.counts()).toMatchObject({ waiting: 0, delayed: 1 })
})

test('the latest writes lost: that it was delivered is known again, and the job that came back sends nothing', async () => {
  await stored()
  await it.decided()
  await it.ended('delivered')
  await it.restore()
  expect((await it.contact())?.state).toBe('sent')
  expect((await it.entry())?.outcome).toMatchObject({ outcome: 'delivered', at: NOON + 5 })
  expect(await it.queue.counts()).toMatchObject({ waiting: 0 })
})

test('an outcome whose decision lies before what is read is known again as well', async () => {
  await stored()
  await it.decided()
  await it.ended('delivered')
  await it.restore({ [DECISIONS]: [0, 1], [OUTCOMES]: [0] })
  expect((await it.contact())?.state).toBe('sent')
})

test('a job that was lost comes again, under the same id, as long as the ledger knows what it is about', async () => {
  await stored()
  await it.decided()
  await it.restore()
  await it.restore()
  expect(await it.queue.counts()).toMatchObject({ waiting: 1 })
  expect((await it.contact())?.state).toBe('pending')
})

test('what came to nothing leaves its key free, and a later decision has it', async () => {
  await stored()
  await it.decided()
  await it.ended('superseded')
  await it.decided({ interventionId: 'i-2' })
  await it.restore()
  expect(await it.contact()).toMatchObject({ interventionId: 'i-2', attempt: 1, state: 'pending' })
})

test('of decisions to hold, and of what others say about a contact, nothing is taken', async () => {
  await it.decided({ decision: 'hold', reason: 'cap' })
  await it.restore()
  expect(await it.contact()).toBeUndefined()
  await stored()
  await it.ended('replied')
  await it.restore()
  expect((await it.contact())?.state).toBe('pending')
})

test('nothing is read below the claim', async () => {
  await it.decided()
  await it.restore({ [DECISIONS]: [0, 1], [OUTCOMES]: [0] })
  expect(await it.contact()).toBeUndefined()
})

test('what was decided about somebody who was erased since is not brought back', async () => {
  const { restore, decided, ended, erased, contact, queue } = setUp()
  await decided()
  await ended('delivered')
  erased.add('m:M1')
  await restore()
  expect(await contact()).toBe(undefined)
  expect(queue.jobs()).toEqual([])
})
