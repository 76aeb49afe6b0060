import { topicOf } from '@perennial/streams'
import * as fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { IngestHarness, visit } from './testing/harness.ts'

const STOPPED = { stopped: ['website-activity/0'], waiting: [] }
const MOVING = { stopped: [], waiting: [] }
const WAIT = { timeout: 10_000 }

async function harness(): Promise<IngestHarness> {
  const ingest = await IngestHarness.create()
  onTestFinished(() => ingest.stop())
  return ingest
}

/** One record for each flag: a bad one where it is true. Event ids go by the offset. */
async function produce(ingest: IngestHarness, flags: readonly boolean[]): Promise<void> {
  const first = (await ingest.all(topicOf('website-activity'))).length
  const records = flags.map((bad, i) => visit(`e${first + i}`, bad ? { member: {} } : {}))
  await ingest.produce('website-activity', ...records)
}

const good = (count: number) => Array.from({ length: count }, () => false)
const bad = (count: number) => Array.from({ length: count }, () => true)

const factOffsets = async (ingest: IngestHarness) => (await ingest.facts()).map(({ source }) => source.offset)
const deadOffsets = async (ingest: IngestHarness) =>
  (await ingest.dead('website-activity')).map(({ headers }) => Number(headers?.['perennial.errors.offset']))

test('a stopped partition goes on by itself when good records come, and sets aside what lies between', async () => {
  const ingest = await harness()
  await produce(ingest, [...good(200), ...bad(60)])
  await ingest.start()
  await vi.waitFor(() => expect(ingest.status()).toEqual(STOPPED), WAIT)
  // 10 of 210 are less than 5 %, 11 of 211 are more.
  await vi.waitFor(async () => expect(await ingest.committed('website-activity')).toBe(210), WAIT)
  const reads = vi.spyOn(ingest.log, 'read')
  await produce(ingest, good(99))
  // 99 are not enough: it has read to the end, and has come back to look for more.
  const atEnd = () => reads.mock.calls.filter(([, from]) => from === 359)
  await vi.waitFor(() => expect(atEnd().length).toBeGreaterThan(1), WAIT)
  expect(ingest.status()).toEqual(STOPPED)
  expect(await deadOffsets(ingest)).toHaveLength(10)
  await produce(ingest, good(1))
  await vi.waitFor(async () => expect(await ingest.committed('website-activity')).toBe(360), WAIT)
  expect(ingest.status()).toEqual(MOVING)
  expect(ingest.notReady()).toBeUndefined()
  expect(await ingest.count('releases_total', { stream: 'website-activity' })).toBe(1)
  expect(await deadOffsets(ingest)).toEqual(bad(60).map((_, i) => 200 + i))
  expect(await factOffsets(ingest)).toEqual([...good(200).keys(), ...[...good(100).keys()].map((i) => 260 + i)])
  expect(await ingest.count('records_total')).toBe(360)
  expect((await ingest.count('applied_total')) + (await ingest.count('dead_total'))).toBe(360)
})

test('behind the good ones it counts anew: a few bad records do not stop it, too many do', async () => {
  const ingest = await harness()
  const flags = [...good(200), ...bad(60), ...good(100), ...bad(3), ...good(5), ...bad(60)]
  await produce(ingest, flags)
  await ingest.start()
  // 3 + 16 of 384 are less than 5 %, 3 + 17 of 385 are more.
  await vi.waitFor(async () => expect(await ingest.committed('website-activity')).toBe(384), WAIT)
  await vi.waitFor(() => expect(ingest.status()).toEqual(STOPPED), WAIT)
  expect(await ingest.count('releases_total')).toBe(1)
  expect(await deadOffsets(ingest)).toHaveLength(60 + 3 + 16)
})

test('a repeat of what stood before the stop is no bad record, wherever it is judged', async () => {
  const ingest = await harness()
  await produce(ingest, [...good(200), ...bad(60)])
  const repeats = Array.from({ length: 100 }, (_, i) => visit(`e${i}`, { member: {} }))
  await ingest.produce('website-activity', ...repeats)
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.committed('website-activity')).toBe(360), WAIT)
  expect(await deadOffsets(ingest)).toHaveLength(60)
  expect(await ingest.count('deduplicated_total')).toBe(100)
})

test('who takes over in the middle of what is set aside goes on with it', async () => {
  const ingest = await harness()
  const flags = [...good(200), ...bad(1_800), ...good(100)]
  await produce(ingest, flags)
  ingest.beforeAppend = async () => {
    if ((await deadOffsets(ingest)).length > 600) throw new Error('The broker is away.')
  }
  await ingest.start()
  await vi.waitFor(() => expect(ingest.failures.length).toBeGreaterThan(0), WAIT)
  await ingest.stop()
  const position = (await ingest.committed('website-activity')) ?? 0
  expect(position).toBeGreaterThan(210)
  expect(position).toBeLessThan(2_000)
  ingest.beforeAppend = () => {}
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.committed('website-activity')).toBe(flags.length), WAIT)
  expect(new Set(await deadOffsets(ingest)).size).toBe(1_800)
  expect(ingest.status()).toEqual(MOVING)
})

test('a look that the registry does not answer is made again', async () => {
  const ingest = await harness()
  await produce(ingest, [...good(200), ...bad(60)])
  await ingest.start()
  await vi.waitFor(() => expect(ingest.status()).toEqual(STOPPED), WAIT)
  // Written with a schema that nobody has asked for yet.
  const known = await ingest.schemas.schemaById(ingest.ids.get('website-activity') ?? 0)
  ingest.ids.set('website-activity', await ingest.schemas.register('other', `${known} `))
  const asked = vi.spyOn(ingest.schemas, 'schemaById')
  ingest.schemas.outage = new Error('The registry is away.')
  await produce(ingest, good(100))
  await vi.waitFor(() => expect(asked).toHaveBeenCalled(), WAIT)
  expect(ingest.status()).toEqual(STOPPED)
  ingest.schemas.outage = undefined
  await vi.waitFor(async () => expect(await ingest.committed('website-activity')).toBe(360), WAIT)
  expect(ingest.failures).toEqual([])
})

/** Where the partition stands in the end, told from the whole log at once: undefined = at its end. */
function stopOf(flags: readonly boolean[]): number | undefined {
  const text = flags.map(Number).join('')
  const found = flags.findIndex((isBad, offset) => {
    if (!isBad || offset + 1 < 100 || text.indexOf('0'.repeat(100), offset) !== -1) return false
    const since = Math.max(0, offset - 999, text.slice(0, offset).lastIndexOf('0'.repeat(100)))
    const tooMany = flags.slice(since, offset + 1).filter(Boolean).length
    return tooMany / Math.min(offset + 1, 1_000) > 0.05
  })
  return found === -1 ? undefined : found
}

const sequences = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 250 })), { minLength: 1, maxLength: 9 })
  .map((runs) => runs.flatMap(([isBad, count]) => (isBad ? bad(count) : good(count))))

test('the same records are set aside and taken in, in order, whoever takes over and wherever', async () => {
  await fc.assert(
    fc.asyncProperty(sequences, fc.nat(4), fc.boolean(), async (flags, sends, kill) => {
      const ingest = await IngestHarness.create()
      await produce(ingest, flags)
      const stop = stopOf(flags)
      const end = stop ?? flags.length
      const arrived = async () =>
        Math.max(-1, ...(await factOffsets(ingest)), ...(await deadOffsets(ingest))) === end - 1
      let made = 0
      ingest.beforeAppend = () => {
        if (made++ >= sends) throw new Error('The broker is away.')
      }
      try {
        await ingest.start()
        await vi.waitFor(async () => expect(ingest.failures.length > 0 || (await arrived())).toBe(true), WAIT)
        await (kill ? ingest.crash() : ingest.stop())
        ingest.beforeAppend = () => {}
        await ingest.start()
        const expected = stop === undefined ? MOVING : STOPPED
        await vi.waitFor(async () => expect([await arrived(), ingest.status()]).toEqual([true, expected]), WAIT)
        const wanted = (isBad: boolean) => [...flags.keys()].filter((at) => at < end && flags[at] === isBad)
        expect(inOrderOnce(await factOffsets(ingest))).toEqual(wanted(false))
        expect(inOrderOnce(await deadOffsets(ingest))).toEqual(wanted(true))
      } finally {
        await ingest.stop()
      }
    }),
    { numRuns: 25, endOnFailure: true },
  )
}, 60_000)

/** What scoring makes of positions: what lies at or below the highest one was there before. */
function inOrderOnce(offsets: readonly number[]): number[] {
  const taken: number[] = []
  for (const offset of offsets) if (offset > (taken.at(-1) ?? -1)) taken.push(offset)
  return taken
}
