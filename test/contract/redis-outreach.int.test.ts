import {
  contactKey,
  type Contacts,
  createAgenda,
  createAddressBook,
  createAlerts,
  createContacts,
  createHeldAlerts,
  createJobQueue,
  createKillSwitch,
  createLedger,
  createMemberJobs,
  createQuotas,
  createNotices,
  createRiskProjection,
  type JobWorker,
  queuePrefix,
  systemClock,
} from '@perennial/runtime'
import * as fc from 'fast-check'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { memoryContacts, NOON, sampleContact, sampleJob, sampleRisk, testPlatform } from '@perennial/testkit'
import { alertsFeatures } from './alerts.features.ts'
import { agendaFeatures } from './agenda.features.ts'
import { addressBookFeatures } from './address-book.features.ts'
import { contactsFeatures } from './contacts.features.ts'
import { heldAlertsFeatures } from './held-alerts.features.ts'
import { quotasFeatures } from './quotas.features.ts'
import { CONTRACT_RETRY_DELAYS_MS, jobQueueFeatures } from './job-queue.features.ts'
import { ledgerFeatures } from './ledger.features.ts'
import { noticesFeatures } from './notices.features.ts'
import { riskProjectionFeatures } from './risk-projection.features.ts'

const PARTITIONS = 3
const KEY = contactKey(Buffer.alloc(32, 7))
const { platform, release } = await testPlatform()
const redis = platform.redis('command')
const open: (() => Promise<void>)[] = []
let made = 0

/** Every test its own, all of them removed with the platform's. */
function namespace(): string {
  return `${platform.namespace}-${made++}`
}

afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

afterAll(release)

function depsIn(name: string) {
  return {
    namespace: name,
    clock: systemClock,
    logger: platform.logger,
    redis,
    blocking: () => platform.redis('blocking'),
  }
}

alertsFeatures('Redis', () => createAlerts(redis, namespace()))
agendaFeatures('Redis', () => createAgenda(redis, namespace(), PARTITIONS))
addressBookFeatures('Redis', () => createAddressBook(redis, namespace(), PARTITIONS, [KEY]))
contactsFeatures('Redis', () => createContacts(redis, namespace(), PARTITIONS))
quotasFeatures('Redis', () => createQuotas(redis, namespace()))
heldAlertsFeatures('Redis', () => createHeldAlerts(redis, namespace()))
noticesFeatures('Redis', () => createNotices(redis, namespace()))
ledgerFeatures('Redis', (bounds, clock) =>
  createLedger(redis, { namespace: namespace(), partitions: { activity: PARTITIONS }, ledger: bounds, clock }),
)
riskProjectionFeatures('Redis', () => createRiskProjection(redis, namespace(), PARTITIONS))

jobQueueFeatures('BullMQ', async () => {
  const queue = await createJobQueue(depsIn(namespace()), { keepMs: 60_000, retryDelaysMs: CONTRACT_RETRY_DELAYS_MS })
  const workers: JobWorker[] = []
  open.push(async () => {
    for (const worker of workers) await worker.stop()
    await queue.close()
  })
  return {
    queue: {
      ...queue,
      async work(options) {
        const worker = await queue.work(options)
        workers.push(worker)
        return worker
      },
    },
    clock: systemClock,
    until: async (condition) => void (await vi.waitUntil(condition, { timeout: 5_000, interval: 5 })),
  }
})

test('finished jobs are remembered for the time asked for, and nothing in them names a person', async () => {
  const name = namespace()
  const queue = await createJobQueue(depsIn(name), { keepMs: 60_000 })
  open.push(() => queue.close())
  const job = {
    id: 'o-1',
    interventionId: 'i-1',
    memberId: 'M1',
    playbook: 'p',
    step: 's',
    riskVersion: 1,
    expiresAt: 9,
  }
  await queue.add([{ job, notBefore: systemClock.now() }])
  const stored = await redis.hgetall(`${queuePrefix(name)}:outreach:o-1`)
  expect(Object.keys(JSON.parse(stored['data'] ?? '')).toSorted()).toEqual(Object.keys(job).toSorted())
  expect(JSON.parse(stored['opts'] ?? '')).toMatchObject({
    removeOnComplete: { age: 60 },
    removeOnFail: { age: 60 },
    attempts: 10,
  })
})

test('jobs about a member are found, waiting or finished, and what is forgotten is gone', async () => {
  const name = namespace()
  const queue = await createJobQueue(depsIn(name), { keepMs: 60_000 })
  const jobs = await createMemberJobs(depsIn(name))
  open.push(
    () => queue.close(),
    () => jobs.close(),
  )
  const worker = await queue.work({
    concurrency: 1,
    handle: async () => ({ kind: 'done' }),
    abandoned: async () => undefined,
  })
  open.unshift(() => worker.stop())
  const later = systemClock.now() + 60_000
  await queue.add([{ job: sampleJob(), notBefore: systemClock.now() }])
  await vi.waitUntil(async () => (await queue.counts()).completed === 1, { timeout: 5_000, interval: 5 })
  await queue.add([
    { job: sampleJob({ id: 'o-2' }), notBefore: later },
    { job: sampleJob({ id: 'o-3', memberId: 'M2' }), notBefore: later },
  ])
  const own = (await jobs.ofMember('M1')).map(({ job, state }) => `${job.id} ${state}`)
  expect(own.toSorted()).toEqual(['o-1 completed', 'o-2 delayed'])
  expect(await jobs.forget('M1')).toEqual({ removed: 2, running: 0 })
  expect(await jobs.ofMember('M1')).toEqual([])
  expect(await queue.counts()).toMatchObject({ completed: 0, delayed: 1 })
})

test('the list merges the partitions: the most at stake first, wherever they are', async () => {
  const list = createRiskProjection(redis, namespace(), PARTITIONS)
  for (const [n, valueAtRisk] of [10, 30, 20, 40, 0, 50].entries())
    await list.upsert(n % PARTITIONS, [sampleRisk({ memberId: `M${n}`, valueAtRisk })])
  expect((await list.top('high', { limit: 4 })).map(({ valueAtRisk }) => valueAtRisk)).toEqual([50, 40, 30, 20])
  expect(await list.count('high')).toBe(6)
})

test('what stands in Redis shows no address', async () => {
  const name = namespace()
  const book = createAddressBook(redis, name, 1, [KEY])
  await book.keep([{ memberId: 'M1', address: 'jo@members.example', at: NOON, theirs: true }])
  const stored = await redis.hgetall(`{${name}:b:0}`)
  expect(Object.keys(stored)).toEqual(['M1'])
  expect(stored['M1']).toMatch(/^\d+\|[\w-]{40,}$/)
  expect(Buffer.from(stored['M1']?.split('|')[1] ?? '', 'base64url').toString('latin1')).not.toContain('members')
})

test('after a change of keys the newest opens everything; an address that came meanwhile stays', async () => {
  const name = namespace()
  const NEW = contactKey(Buffer.alloc(32, 8))
  const old = createAddressBook(redis, name, PARTITIONS, [KEY])
  const addresses = Array.from({ length: 30 }, (_, n) => ({
    memberId: `M${n}`,
    address: `m${n}@members.example`,
    at: NOON,
    theirs: true,
  }))
  await old.keep(addresses)
  const both = createAddressBook(redis, name, PARTITIONS, [NEW, KEY])
  await both.keep([{ memberId: 'M1', address: 'new@members.example', at: NOON + 1, theirs: true }])
  await expect(createAddressBook(redis, name, PARTITIONS, [NEW]).addressOf('M0')).rejects.toThrow('another key')
  const told = []
  for await (const one of both.rotate()) told.push(one)
  expect(told.at(-1)).toEqual({ seen: 30, total: 30, resealed: 29 })
  const anew = createAddressBook(redis, name, PARTITIONS, [NEW])
  expect(await Promise.all(['M0', 'M1', 'M29'].map((id) => anew.addressOf(id)))).toEqual([
    'm0@members.example',
    'new@members.example',
    'm29@members.example',
  ])
  for await (const again of both.rotate()) expect(again.resealed).toBe(0)
})

test('the kill switch is seen at once, for one play, one channel or for all', async () => {
  const kill = createKillSwitch(redis, namespace())
  await kill.stop('win-back')
  expect(await kill.read()).toEqual({ all: false, playbooks: new Set(['win-back']), channels: new Set() })
  await kill.stop('channel:email')
  expect((await kill.read()).channels).toEqual(new Set(['email']))
  await kill.resume('channel:email')
  await kill.stop('*')
  expect((await kill.read()).all).toBe(true)
  await kill.resume('*')
  await kill.resume('win-back')
  expect(await kill.read()).toEqual({ all: false, playbooks: new Set(), channels: new Set() })
})

type Step = (contacts: Contacts) => Promise<unknown>

test('the scripts and the double answer alike to any sequence of calls', async () => {
  const plays = fc.constantFrom('a', 'b', 'c', 'd')
  const ids = fc.constantFrom('i-1', 'i-2', 'i-3')
  const times = fc.integer({ min: 0, max: 40 }).map((n) => NOON + n)
  const caps = fc.constantFrom(
    [],
    [{ contacts: 1, withinMs: 10 }],
    [
      { contacts: 2, withinMs: 15 },
      { contacts: 3, withinMs: 40 },
    ],
    [
      { contacts: 1, withinMs: 20, purpose: 'service' },
      { contacts: 1, withinMs: 9, channel: 'email' },
      { contacts: 1, withinMs: 30, step: { playbook: 'a', step: 'mail' } },
    ],
  )
  const traits = fc.option(
    fc.record({
      purpose: fc.constantFrom('service', 'marketing'),
      channel: fc.constantFrom('email', 'log'),
      priority: fc.integer({ min: 0, max: 3 }),
    }),
    { nil: undefined },
  )
  const steps: fc.Arbitrary<Step> = fc.oneof(
    fc.tuple(plays, ids, times, caps, traits).map(([playbook, interventionId, plannedAt, limits, about]): Step => {
      return (contacts) =>
        contacts.reserve([{ ref: sampleContact({ playbook }), interventionId, plannedAt, caps: limits, traits: about }])
    }),
    fc.tuple(plays, ids, times, caps, traits).map(([playbook, interventionId, now, limits, about]): Step => {
      const ref = sampleContact({ playbook })
      return (contacts) => contacts.begin({ ref, interventionId, caps: limits, traits: about }, now)
    }),
    fc
      .tuple(plays, ids, fc.constantFrom('sent', 'failed', 'superseded'))
      .map(([playbook, interventionId, state]): Step => {
        return (contacts) => contacts.settle(sampleContact({ playbook }), interventionId, state)
      }),
    plays.map(
      (playbook): Step =>
        (contacts) =>
          contacts.view([sampleContact({ playbook })]),
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 30 }), async (sequence) => {
      const real = createContacts(redis, namespace(), PARTITIONS)
      const double = memoryContacts()
      for (const step of sequence) expect(await step(real)).toEqual(await step(double))
    }),
    { numRuns: 60 },
  )
})
