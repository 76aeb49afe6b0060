import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { idHash, partitionFor, SIGNAL_COUNT } from '@perennial/member'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ACTIVITY, IngestHarness, NOW, visit } from './testing/harness.ts'

const SIGNALS_FILE = join(mkdtempSync(join(tmpdir(), 'perennial-signals-')), 'signals.json')
writeFileSync(SIGNALS_FILE, JSON.stringify({ signals: [{ stream: 'forum', action: 'posted' }] }))

async function harness(options?: Parameters<typeof IngestHarness.create>[0]): Promise<IngestHarness> {
  const ingest = await IngestHarness.create(options)
  onTestFinished(() => ingest.stop())
  return ingest
}

test('a record becomes a fact in the partition of its member, with where it came from', async () => {
  const ingest = await harness()
  await ingest.produce('website-activity', visit('e0'), visit('e1', { member: { memberId: 'M2' } }))
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.facts()).toHaveLength(2), 10_000)
  const [fact] = (await ingest.facts()).filter(({ subject }) => subject === 'm:M2')
  expect(fact).toMatchObject({
    kind: 'activity',
    subject: 'm:M2',
    source: { stream: 1, partition: 0, offset: 1, index: 0 },
    idHi: idHash('e1').hi,
    idLo: idHash('e1').lo,
    at: NOW - 60_000,
    trust: 1,
  })
  const partition = partitionFor('m:M2' as never, 3)
  expect(await ingest.log.read({ topic: ACTIVITY, partition }, 0, 10)).not.toEqual([])
})

test('the position is committed only after the blocks are in the log', async () => {
  const ingest = await harness()
  const gate = Promise.withResolvers<void>()
  await ingest.produce('website-activity', visit('e0'))
  ingest.beforeAppend = () => gate.promise
  await ingest.start()
  expect(await ingest.committed('website-activity')).toBeUndefined()
  gate.resolve()
  await vi.waitFor(async () => expect(await ingest.committed('website-activity')).toBe(1), { timeout: 3_000 })
  expect(await ingest.facts()).toHaveLength(1)
})

test('a send that fails is made again, in order and without a gap', async () => {
  const ingest = await harness()
  const ids = Array.from({ length: 5_000 }, (_, i) => `e${i}`)
  await ingest.produce('website-activity', ...ids.map((id) => visit(id)))
  let sends = 0
  ingest.beforeAppend = () => {
    sends++
    if (sends === 2 || sends === 5) throw new Error('The broker is away.')
  }
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.committed('website-activity')).toBe(5_000), { timeout: 3_000 })
  // Scoring keeps the highest position it has seen: whatever it has not seen yet must lie above it.
  let highest = -1
  const applied = (await ingest.facts()).filter(({ source }) => {
    if (source.offset <= highest) return false
    expect(source.offset).toBe(highest + 1)
    highest = source.offset
    return true
  })
  expect(applied).toHaveLength(5_000)
  expect(await ingest.count('records_total')).toBe(5_000)
})

test('one send at a time, for the whole process', async () => {
  const ingest = await harness({ source: 4 })
  for (let i = 0; i < 200; i++) {
    await ingest.raw('website-activity', { partition: i % 4, value: ingest.encode('website-activity', visit(`e${i}`)) })
  }
  let running = 0
  let most = 0
  ingest.beforeAppend = async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
  }
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.facts()).toHaveLength(200), 10_000)
  expect(most).toBe(1)
})

test('repeated event ids are dropped within 4,096 records, and not beyond', async () => {
  const ingest = await harness()
  const others = Array.from({ length: 4_096 }, (_, i) => visit(`other-${i}`))
  await ingest.produce('website-activity', visit('twice'), visit('twice'), ...others, visit('twice'))
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.facts()).toHaveLength(4_098), { timeout: 3_000 })
  expect(await ingest.count('deduplicated_total', { reason: 'repeated' })).toBe(1)
})

test('after a restart a repeat is still recognised: the window is read back from the log', async () => {
  const ingest = await harness()
  await ingest.produce('website-activity', visit('e0'), visit('e1'))
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.committed('website-activity')).toBe(2), { timeout: 3_000 })
  await ingest.stop()
  await ingest.produce('website-activity', visit('e1'), visit('e2'))
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.facts()).toHaveLength(3), 10_000)
  expect(await ingest.count('deduplicated_total')).toBe(1)
})

test('a tombstone is dropped and counted', async () => {
  const ingest = await harness()
  await ingest.raw('website-activity', { partition: 0, value: null })
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.count('dropped_total', { reason: 'tombstone' })).toBe(1), 10_000)
})

test('an activity of the deployment’s own is a fact where its signals file names it, and else dropped by name', async () => {
  const ingest = await harness()
  const did = (eventId: string, action: string) => ({ ...visit(eventId), stream: 'forum', action })
  await ingest.produce('custom-activity', did('e0', 'posted'), did('e1', 'lurked'))
  await ingest.start({ signalsFile: SIGNALS_FILE })
  await vi.waitFor(
    async () => expect(await ingest.count('records_total', { stream: 'custom-activity' })).toBe(2),
    10_000,
  )
  expect(await ingest.facts()).toMatchObject([{ kind: 'activity', subject: 'm:M1', signal: SIGNAL_COUNT, amount: 1 }])
  expect(await ingest.count('dropped_total', { reason: 'unknown-signal' })).toBe(1)
  expect(await ingest.dead('custom-activity')).toEqual([])
})

test('a registry that is away holds records up, and sets none aside', async () => {
  const ingest = await harness()
  await ingest.produce('website-activity', visit('e0'))
  ingest.schemas.outage = new Error('The registry is away.')
  await ingest.start()
  await vi.waitFor(() => expect(ingest.failures.length).toBeGreaterThan(2), 10_000)
  expect(await ingest.committed('website-activity')).toBeUndefined()
  expect(await ingest.dead('website-activity')).toEqual([])
  ingest.schemas.outage = undefined
  await vi.waitFor(async () => expect(await ingest.facts()).toHaveLength(1), 10_000)
})

test('a schema that nobody knows yet is waited for; what came before it goes on', async () => {
  const ingest = await harness()
  const value = ingest.encode('website-activity', visit('e1'))
  const unknown = ingest.ids.size + 1
  value.writeUInt32BE(unknown, 1)
  await ingest.raw(
    'website-activity',
    { partition: 0, value: ingest.encode('website-activity', visit('e0')) },
    { partition: 0, value },
  )
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.committed('website-activity')).toBe(1), { timeout: 3_000 })
  expect(ingest.status()).toEqual({ stopped: [], waiting: ['website-activity/0'] })
  const [own] = [...ingest.ids].filter(([name]) => name === 'website-activity')
  const schema = await ingest.schemas.schemaById(own?.[1] ?? 0)
  expect(await ingest.schemas.register('other', `${schema} `)).toBe(unknown)
  await vi.waitFor(async () => expect(await ingest.facts()).toHaveLength(2), 10_000)
  expect(await ingest.dead('website-activity')).toEqual([])
  expect(ingest.status()).toEqual({ stopped: [], waiting: [] })
})

test('the registry is asked once per schema', async () => {
  const ingest = await harness()
  await ingest.produce('website-activity', ...Array.from({ length: 1_200 }, (_, i) => visit(`e${i}`)))
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.facts()).toHaveLength(1_200), 10_000)
  expect(ingest.schemas.asked).toHaveLength(1)
})

test('too many bad records stop the partition before the record that was one too many', async () => {
  const ingest = await harness()
  const good = Array.from({ length: 200 }, (_, i) => visit(`e${i}`))
  const bad = Array.from({ length: 200 }, (_, i) => visit(`bad${i}`, { member: {} }))
  await ingest.produce('website-activity', ...good, ...bad)
  await ingest.start({ badShare: 0.05 })
  await vi.waitFor(() => expect(ingest.status()).toEqual({ stopped: ['website-activity/0'], waiting: [] }), 10_000)
  expect(ingest.notReady()).toBe('1 source partitions are stopped: too many bad records')
  const aside = (await ingest.dead('website-activity')).length
  // 10 of 210 are less than 5 %, 11 of 211 are more.
  expect(aside).toBe(10)
  await vi.waitFor(async () => expect(await ingest.committed('website-activity')).toBe(210), 10_000)
  // A restart reads the past back and stops at once, instead of letting through as many again.
  await ingest.stop()
  await ingest.start({ badShare: 0.05 })
  await vi.waitFor(() => expect(ingest.status()).toEqual({ stopped: ['website-activity/0'], waiting: [] }), 10_000)
  expect(await ingest.dead('website-activity')).toHaveLength(10)
  // The operator decides to set them aside all the same.
  await ingest.stop()
  await ingest.start({ badShare: 1 })
  await vi.waitFor(async () => expect(await ingest.dead('website-activity')).toHaveLength(200), 10_000)
  expect(ingest.notReady()).toBeUndefined()
})

test('a crash between sending and committing makes facts twice, under the same positions', async () => {
  const ingest = await harness()
  await ingest.produce('website-activity', ...Array.from({ length: 50 }, (_, i) => visit(`e${i}`)))
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.facts()).toHaveLength(50), 10_000)
  await ingest.crash()
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.facts()).toHaveLength(100), 10_000)
  const positions = (await ingest.facts()).map(({ source }) => source.offset)
  expect(positions.slice(0, 50)).toEqual(positions.slice(50))
  expect(await ingest.count('deduplicated_total')).toBe(0)
})

test('records that were read before a stop are committed by it', async () => {
  const ingest = await harness()
  await ingest.produce('website-activity', visit('e0'))
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.facts()).toHaveLength(1), 10_000)
  await ingest.stop()
  expect(await ingest.committed('website-activity')).toBe(1)
})
