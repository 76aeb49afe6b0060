import { randomUUID } from 'node:crypto'
import type { Models } from '@perennial/deployment'
import { modelNumber } from '@perennial/engine'
import { BlockWriter, DAY_MS, type Fact, idHash, memberKey, STREAM_CODES } from '@perennial/member'
import { createScorer, starterModel } from '@perennial/risk'
import {
  type Batch,
  createMetrics,
  createOutcomeStore,
  createPartitionStore,
  createShadowStore,
  headerText,
  type Redis,
  whenReady,
  NO_ERASURES,
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
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHearing } from './hearing.ts'
import { activeModels } from './active-model.ts'
import { createChunkPool } from './chunk-pool.ts'
import { ownedConsumption, T0, TP } from './owner.fixture.ts'
import { ACTIVITY_TOPIC, Scoring } from './scoring.ts'
import { createTelemetry } from './telemetry.ts'

/** More than one page of the scan holds: a small hash comes in one. */
const MEMBERS = 800
const STARTER = createScorer(starterModel())
const GLOOMY = createScorer({ ...starterModel(), id: 'gloomy', intercept: { value: 1.5, reason: 'for a test' } })

let platform: TestPlatform
let redis: Redis
let log: MemoryLog
let clock: SettableClock
let models: Models
let offset = 0

beforeEach(async () => {
  platform = await testPlatform()
  redis = platform.platform.redis('commit')
  await whenReady(redis)
  clock = settableClock(T0 + 2 * DAY_MS)
  log = createMemoryLog(clock, {
    topics: { [ACTIVITY_TOPIC]: 1, [topicOf('member-risk')]: 1, [ACTIVITY_DEAD_TOPIC]: 1 },
  })
  models = { current: STARTER, shadow: undefined, previous: undefined }
})

afterEach(() => platform.release())

const outcomes = () => createOutcomeStore(redis, platform.platform.namespace, 1)
const shadows = () => createShadowStore(redis, platform.platform.namespace, 1)
const store = () => createPartitionStore(redis, platform.platform.namespace)

/** A scoring process that has just taken the partition over. */
async function owner(): Promise<Scoring> {
  const logger = quietLogger()
  const run = randomUUID()
  let commits = 0
  const deps = {
    store: store(),
    clock,
    telemetry: createTelemetry(createMetrics(), logger, () => Promise.resolve({ members: 0, aliases: 0 })),
    log: {
      append: log.append.bind(log),
      startOffsets: log.startOffsets.bind(log),
      committed: () => Promise.resolve([undefined]),
    },
    logger,
    group: 'scoring',
    chunks: createChunkPool(STARTER.vocabulary),
    model: activeModels(() => models, 1),
    shadows: shadows(),
    outcomes: outcomes(),
    aliasMs: 180 * DAY_MS,
    maxAliases: 1_000,
    partitions: 1,
    putAside: () => Promise.resolve(),
    foldedHistory: () => undefined,
    openBlock: (value: Buffer) => value,
    hearing: createHearing(NO_ERASURES),
    pseudonym: (key: string) => key,
    nextToken: () => `${run}.${commits++}`,
  }
  const scoring = new Scoring(deps, Promise.resolve(ownedConsumption()))
  await scoring.assigned(TP)
  return scoring
}

function membership(id: string, day: number, change: object): Fact {
  const { hi, lo } = idHash(`f${offset}`)
  const source = { stream: STREAM_CODES.membership, partition: 0, offset: offset++, index: 0 }
  return { kind: 'membership', subject: memberKey(id), change, source, idHi: hi, idLo: lo, at: T0 + day * DAY_MS }
}

const joined = (id: string): Fact =>
  membership(id, 0, { status: 'active', joinedAt: T0, term: { start: T0, end: T0 + 365 * DAY_MS }, dues: 100 })

async function feed(scoring: Scoring, facts: readonly Fact[]): Promise<void> {
  const writer = new BlockWriter()
  for (const fact of facts) if (!writer.add(fact)) throw new Error('They do not fit into one block.')
  const from = log.records(TP).length
  await log.append(ACTIVITY_TOPIC, [{ partition: 0, value: writer.finish() }])
  const records = log.records(TP).filter((record) => record.offset >= from)
  const batch: Batch = {
    tp: TP,
    records,
    endOffset: records.length,
    heartbeat: async () => undefined,
    stopping: () => false,
  }
  await scoring.batch(batch)
}

const codec = createCodec((id) => (id === 1 ? SCHEMAS['member-risk'] : undefined))
function risks(): (MemberRiskV1 & { why: string | undefined })[] {
  return log.all(topicOf('member-risk')).map(({ value, headers }) => {
    const decoded = codec.decode('member-risk', value ?? Buffer.alloc(0))
    if (decoded.kind !== 'ok') throw new Error(decoded.kind)
    return { ...decoded.record, why: headerText(headers, 'ce_replaycause') }
  })
}

const everybody = Array.from({ length: MEMBERS }, (_, n) => `m${n}`)
const progress = (scoring: Scoring) => scoring.rescored()[0]?.ratio ?? 0

async function rescoreAll(scoring: Scoring): Promise<void> {
  while (progress(scoring) < 1) await scoring.rescore(50)
}

test('after a promotion everybody is scored once, though no fact comes and the process dies half-way', async () => {
  const first = await owner()
  await feed(first, everybody.map(joined))
  await rescoreAll(first)
  const before = risks().length
  models = { current: GLOOMY, shadow: undefined, previous: STARTER.model }
  for (let page = 0; page < 4; page++) await first.rescore(50)
  const halfway = risks().length - before
  expect(halfway).toBeGreaterThan(0)
  expect(halfway).toBeLessThan(MEMBERS)

  const second = await owner()
  await rescoreAll(second)
  const moved = risks().slice(before)
  // The last page of the dead process was published and not trimmed: it comes again, with the same versions.
  const distinct = new Set(moved.map(({ memberId, version }) => `${memberId}.${version}`))
  expect(distinct.size).toBe(MEMBERS)
  expect(new Set(moved.map(({ memberId }) => memberId))).toEqual(new Set(everybody))
  expect(new Set(moved.map(({ replay, why, modelId }) => `${replay} ${why} ${modelId}`))).toEqual(
    new Set(['true model gloomy']),
  )
  expect(await store().scoredBy(0)).toBe(modelNumber('gloomy'))

  // Nobody is left: the third owner reads nothing, and a fact is the member's again.
  const third = await owner()
  expect(progress(third)).toBe(1)
  await feed(third, [membership('m1', 1.9, { paymentFailed: true })])
  expect(risks().at(-1)).toMatchObject({ memberId: 'm1', replay: false, why: undefined, cause: 'fact' })
})

test('a roll-back brings the earlier scores back, and contacts nobody either', async () => {
  const scoring = await owner()
  await feed(scoring, [joined('anna')])
  const [first] = risks()
  models = { current: GLOOMY, shadow: undefined, previous: STARTER.model }
  await rescoreAll(scoring)
  models = { current: STARTER, shadow: undefined, previous: GLOOMY.model }
  await rescoreAll(scoring)
  const last = risks().at(-1)
  expect(last).toMatchObject({ modelId: STARTER.model.id, replay: true, band: first?.band })
})

test('a shadow is compared and never published', async () => {
  const scoring = await owner()
  await feed(scoring, [joined('anna'), joined('ben')])
  await rescoreAll(scoring)
  models = { current: STARTER, shadow: GLOOMY, previous: undefined }
  const before = risks().length
  await rescoreAll(scoring)
  await feed(scoring, [membership('anna', 1, { paymentFailed: true }), joined('cleo')])
  await expect.poll(async () => (await shadows().all('gloomy')).length).toBe(3)
  const compared = await shadows().all('gloomy')
  expect(
    compared.every(({ current, shadow, currentBand, shadowBand }) => shadow > current && shadowBand >= currentBand),
  ).toBe(true)
  expect(risks().length).toBeGreaterThan(before)
  expect(new Set(risks().map(({ modelId }) => modelId))).toEqual(new Set([STARTER.model.id]))
})

test('an outcome is recorded once, with what was said before it, however often it is published', async () => {
  const scoring = await owner()
  models = { current: STARTER, shadow: GLOOMY, previous: undefined }
  await feed(scoring, [joined('anna')])
  const said = risks().at(-1)
  await feed(scoring, [membership('anna', 1, { status: 'lapsed' })])
  // Published, not trimmed yet: the next owner publishes it again.
  await owner()
  const recorded = await outcomes().all()
  expect(recorded).toHaveLength(1)
  expect(recorded[0]).toMatchObject({
    memberId: 'anna',
    about: 'term',
    outcome: 'lapsed',
    modelId: said?.modelId,
    band: said?.band,
  })
  expect(recorded[0]?.risk).toBeCloseTo(said?.lapseRisk ?? 0, 4)
  expect(recorded[0]?.shadow?.modelId).toBe('gloomy')
  await outcomes().forget(0, 'anna')
  expect(await outcomes().all()).toEqual([])
})
