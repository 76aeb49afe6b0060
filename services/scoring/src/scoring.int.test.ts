import { randomUUID } from 'node:crypto'
import type { Redis } from '@perennial/runtime'
import { anonymousKey, BlockWriter, DAY_MS, type Fact, HOUR_MS } from '@perennial/member'
import { createScorer, starterModel } from '@perennial/risk'
import {
  type Batch,
  createMetrics,
  createOutcomeStore,
  createPartitionStore,
  createShadowStore,
  type Outgoing,
  whenReady,
} from '@perennial/runtime'
import { ACTIVITY_DEAD_TOPIC, createCodec, type MemberRiskV1, SCHEMAS, topicOf } from '@perennial/streams'
import {
  createMemoryLog,
  type MemoryLog,
  quietLogger,
  settableClock,
  type SettableClock,
  testPlatform,
  type TestPlatform,
} from '@perennial/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { activeModels } from './active-model.ts'
import { ANNA, fact, ownedConsumption, T0, TP } from './owner.fixture.ts'
import { createPutAside } from './put-aside.ts'
import { ACTIVITY_TOPIC, Scoring } from './scoring.ts'
import { createTelemetry } from './telemetry.ts'

let platform: TestPlatform
let redis: Redis
let log: MemoryLog
let clock: SettableClock
/** The group's position. */
let heardUntil: number | undefined
let metrics: ReturnType<typeof createMetrics>

beforeEach(async () => {
  platform = await testPlatform()
  redis = platform.platform.redis('commit')
  await whenReady(redis)
  clock = settableClock(T0)
  heardUntil = undefined
  metrics = createMetrics()
  log = createMemoryLog(clock, {
    topics: { [ACTIVITY_TOPIC]: 1, [topicOf('member-risk')]: 1, [ACTIVITY_DEAD_TOPIC]: 1 },
  })
})

afterEach(() => platform.release())

/** A scoring process that owns the partition, without a group of its own: the test hands it batches. */
function owner(sought: number[] = [], { maxAliases = 1_000 } = {}): Scoring {
  const consumption = ownedConsumption({
    commit: async (_, to) => void (heardUntil = to),
    seek: (_, to) => void sought.push(to),
  })
  const logger = quietLogger()
  const scorer = createScorer(starterModel())
  const models = { current: scorer, shadow: undefined, previous: undefined }
  let commits = 0
  const run = randomUUID()
  const deps = {
    store: createPartitionStore(redis, platform.platform.namespace),
    clock,
    telemetry: createTelemetry(metrics, logger, () => Promise.resolve({ members: 0, aliases: 0 })),
    log: {
      append: (topic: string, records: readonly Outgoing[]) => log.append(topic, records),
      startOffsets: (topic: string) => log.startOffsets(topic),
      committed: () => Promise.resolve([heardUntil]),
    },
    logger,
    group: 'scoring',
    vocabulary: scorer.vocabulary,
    model: activeModels(() => models, 1),
    shadows: createShadowStore(redis, platform.platform.namespace, 1),
    outcomes: createOutcomeStore(redis, platform.platform.namespace, 1),
    aliasMs: 180 * DAY_MS,
    maxAliases,
    partitions: 1,
    putAside: createPutAside(log),
    foldedHistory: () => undefined,
    nextToken: () => `${run}.${commits++}`,
  }
  return new Scoring(deps, Promise.resolve(consumption))
}

async function produce(...facts: Fact[]): Promise<void> {
  const writer = new BlockWriter()
  for (const one of facts) writer.add(one)
  await log.append(ACTIVITY_TOPIC, [{ partition: 0, value: writer.finish() }])
}

function batch(from = 0): Batch {
  const records = log.records(TP).filter((record) => record.offset >= from)
  return { tp: TP, records, endOffset: records.length, heartbeat: () => Promise.resolve(), stopping: () => false }
}

const codec = createCodec((id) => (id === 1 ? SCHEMAS['member-risk'] : undefined))
function risks(): MemberRiskV1[] {
  return log.all(topicOf('member-risk')).map(({ value }) => {
    const decoded = codec.decode('member-risk', value ?? Buffer.alloc(0))
    if (decoded.kind !== 'ok') throw new Error(decoded.kind)
    return decoded.record
  })
}

const stateKeys = () => redis.keys(`{${platform.platform.namespace}:s:*`)

/** The partition's state as Redis has it now, and back to it: what a Redis does that has lost its latest second. */
async function dumped(): Promise<[key: string, value: Buffer][]> {
  const keys = await stateKeys()
  return Promise.all(keys.map(async (key): Promise<[string, Buffer]> => [key, await redis.dumpBuffer(key)]))
}

async function restored(state: readonly [key: string, value: Buffer][]): Promise<void> {
  await redis.del(...(await stateKeys()))
  for (const [key, value] of state) await redis.restore(key, 0, value)
}

const JOINED = {
  kind: 'membership',
  change: { status: 'active', joinedAt: T0, term: { start: T0, end: T0 + 365 * DAY_MS }, dues: 120, autoRenew: false },
} as const

describe('law 3, live: a crossing is noticed though no event comes', () => {
  test('at its own time, to what a second makes, by whichever sweep looks next', async () => {
    await produce(fact(0, JOINED), fact(0.5))
    const scoring = owner()
    clock.set(T0 + DAY_MS / 2)
    await scoring.assigned(TP)
    await scoring.batch(batch())
    while (risks().at(-1)?.band === 'low' && clock.now() < T0 + 400 * DAY_MS) {
      clock.advance(HOUR_MS)
      await scoring.sweep(false)
    }
    const crossed = risks().at(-1)
    expect(crossed).toMatchObject({ cause: 'silence', previousBand: 'low', band: 'medium' })
    expect(crossed?.asOf).toBeLessThanOrEqual(clock.now())
    expect(crossed?.asOf).toBeGreaterThan(clock.now() - HOUR_MS)

    // The risk is continuous in time here: when it was found it had just reached the threshold.
    const { enter } = starterModel().bands.medium
    expect((crossed?.lapseRisk ?? 0) - enter).toBeGreaterThanOrEqual(0)
    expect((crossed?.lapseRisk ?? 1) - enter).toBeLessThan(1e-6)
  })
})

test('silence up to now is not judged while facts that break it wait in the partition', async () => {
  await produce(fact(0, JOINED), fact(1))
  for (let day = 2; day < 200; day++) await produce(fact(day))
  const scoring = owner()
  clock.set(T0 + 200 * DAY_MS)
  await scoring.assigned(TP)
  const unread = batch()
  await scoring.batch({ ...unread, records: unread.records.slice(0, 1) })
  clock.advance(1_000)
  await scoring.sweep(false)
  expect(risks().filter(({ cause }) => cause === 'silence')).toEqual([])
  await scoring.batch(batch(1))
  expect(risks().filter(({ cause }) => cause === 'silence')).toEqual([])
})

describe('law 2: kill -9 at any point heals', () => {
  test('what was committed and not published is published by the next owner, once more with the same version', async () => {
    await produce(fact(0, JOINED), fact(1))
    log.beforeAppend = (batches) => {
      if (batches.some(({ topic }) => topic === topicOf('member-risk'))) throw new Error('the process dies here')
    }
    const first = owner()
    await first.assigned(TP)
    await expect(first.batch(batch())).rejects.toThrow('dies here')
    expect(risks()).toEqual([])

    log.beforeAppend = undefined
    const second = owner()
    expect(await second.assigned(TP)).toBe(1)
    const published = risks()
    expect(published.length).toBeGreaterThan(0)

    // A third owner publishes it again: nothing has been committed since. Who reads it drops what he has seen.
    const third = owner()
    await third.assigned(TP)
    expect(risks().slice(published.length)).toEqual(published)

    await produce(fact(2))
    await third.batch(batch(1))
    const settled = risks().length
    await owner().assigned(TP)
    expect(risks().length).toBe(settled)
  })

  test('a zombie that comes back writes nothing, and takes over only if the group says it may', async () => {
    await produce(fact(0, JOINED))
    const zombie = owner()
    await zombie.assigned(TP)
    const rightful = owner()
    await rightful.assigned(TP)
    await rightful.batch(batch())
    const after = risks()
    const lost = { ...batch(), heartbeat: () => Promise.reject(new Error('not a member any more')) }
    await expect(zombie.batch(lost)).rejects.toThrow('not a member')
    expect(risks()).toEqual(after)
    await produce(fact(3))
    await rightful.batch(batch(1))
    expect(zombie.owned).toEqual([])
  })

  test('Redis that comes back with less rewinds the log, and does not skip', async () => {
    await produce(fact(0, JOINED))
    await produce(fact(1))
    const sought: number[] = []
    const scoring = owner(sought)
    await scoring.assigned(TP)
    await scoring.batch(batch(1))
    expect(sought).toEqual([0])
  })

  test('a loss is noticed though nothing comes in, and is folded again without effects, however often', async () => {
    await produce(fact(0, JOINED))
    const sought: number[] = []
    const scoring = owner(sought)
    await scoring.assigned(TP)
    await scoring.batch(batch())
    await scoring.verify()
    expect([sought, heardUntil]).toEqual([[], 1])
    for (const times of [1, 2]) {
      await redis.del(...(await redis.keys(`{${platform.platform.namespace}:s:*`)))
      await scoring.verify()
      expect(sought).toEqual(Array.from({ length: times }, () => 0))
      await scoring.batch(batch())
      await scoring.verify()
      expect(risks().at(-1)).toMatchObject({ memberId: 'anna', version: 1, replay: true })
    }
    await produce(fact(1, { kind: 'membership', change: { paymentFailed: true } }))
    await scoring.batch(batch(1))
    expect(risks().at(-1)).toMatchObject({ version: 2, replay: false })
  })

  test.each(['is noticed though nothing comes in', 'is noticed by the next commit'])(
    'a sweep that Redis has lost %s, and is done again',
    async (how) => {
      await produce(fact(0, JOINED))
      const sought: number[] = []
      const scoring = owner(sought)
      await scoring.assigned(TP)
      await scoring.batch(batch())
      const before = await dumped()
      clock.set(T0 + 300 * DAY_MS)
      await scoring.sweep(false)
      const bySilence = (said: MemberRiskV1[]) => said.filter(({ cause }) => cause === 'silence')
      const said = risks()
      expect(bySilence(said)).not.toEqual([])
      await restored(before)

      await produce(fact(300))
      if (how.includes('nothing')) await scoring.verify()
      else await scoring.batch(batch(1))
      expect(sought).toEqual([1])
      await scoring.sweep(false)
      // Once more with the same versions: who reads them drops what he has seen.
      expect(bySilence(risks().slice(said.length))).toEqual(bySilence(said))
      await scoring.batch(batch(1))
      expect(risks().at(-1)?.version).toBeGreaterThanOrEqual(said.at(-1)?.version ?? Infinity)
    },
  )

  test('after a loss, silence that was over by then is history, and later silence is not', async () => {
    await produce(fact(0, JOINED))
    heardUntil = 1
    clock.set(T0 + 300 * DAY_MS)
    const scoring = owner()
    await scoring.assigned(TP)
    await scoring.batch(batch())
    await scoring.sweep(false)
    clock.set(T0 + 366 * DAY_MS)
    await scoring.sweep(false)
    const bySilence = risks().filter(({ cause }) => cause === 'silence')
    const expected = bySilence.map(({ asOf }) => asOf <= T0 + 300 * DAY_MS)
    expect(bySilence.map(({ replay }) => replay)).toEqual(expected)
    expect(new Set(expected)).toEqual(new Set([true, false]))
  })

  test('a partition that was given up in an outage is taken over again without a fact coming in', async () => {
    await produce(fact(0, JOINED))
    const scoring = owner()
    await scoring.assigned(TP)
    await scoring.batch(batch())
    redis.disconnect(true)
    await expect(scoring.verify()).rejects.toThrow('writeable')
    expect(scoring.owned).toEqual([])
    const ownedAgain = async () => {
      await scoring.verify().catch(() => undefined)
      return scoring.owned
    }
    await expect.poll(ownedAgain).toEqual([0])
  })

  test('records that are gone from the log are a gap: reported, then passed', async () => {
    await produce(fact(0, JOINED))
    await produce(fact(1))
    log.truncate(TP, 1)
    const sought: number[] = []
    const scoring = owner(sought)
    await scoring.assigned(TP)
    await scoring.batch(batch(1))
    expect(sought).toEqual([])
    expect(risks().length).toBeGreaterThan(0)
  })
})

describe('aliases without a member', () => {
  const visitor = (n: number): Fact => fact(n, { subject: anonymousKey(`cookie-${n}`) })
  const kept = async () => (await redis.hkeys(`{${platform.platform.namespace}:s:0}:m`)).filter((key) => key !== ANNA)

  test('are bounded in number though nobody is due: those whose past ends first go, and are counted', async () => {
    clock.set(T0 + 5 * DAY_MS)
    const scoring = owner([], { maxAliases: 2 })
    await scoring.assigned(TP)
    await produce(...[0, 1, 2, 3, 4].map(visitor))
    await scoring.batch(batch())
    await scoring.sweep(false)
    expect((await kept()).toSorted()).toEqual(['a:cookie-3', 'a:cookie-4'])
    await produce(visitor(5))
    await scoring.batch(batch(1))
    await scoring.sweep(false)
    expect((await kept()).toSorted()).toEqual(['a:cookie-4', 'a:cookie-5'])
    expect(await metrics.metrics()).toContain('perennial_scoring_aliases_total{event="evicted"} 4')
  })
})

describe('law 5: nothing is dropped silently', () => {
  test('a damaged block, and a fact nobody knows, go to the dead letters; the rest goes on', async () => {
    await log.append(ACTIVITY_TOPIC, [{ partition: 0, value: Buffer.from('no block') }])
    await produce(fact(0, JOINED), fact(1, { signal: 99 }), fact(2))
    const scoring = owner()
    await scoring.assigned(TP)
    await scoring.batch(batch())
    const letters = log.all(ACTIVITY_DEAD_TOPIC)
    expect(letters.map(({ headers }) => String(headers?.['perennial.errors.fact']))).toEqual(['-1', '1'])
    expect(letters[0]?.value?.toString()).toBe('no block')
    expect(risks()[0]?.memberId).toBe('anna')
  })
})
