import { randomUUID } from 'node:crypto'
import { BlockWriter, DAY_MS, type Fact } from '@perennial/member'
import { createScorer, starterModel } from '@perennial/risk'
import {
  type Batch,
  createErasureKeys,
  createMetrics,
  createOutcomeStore,
  createPartitionStore,
  createShadowStore,
  type Outgoing,
  type Redis,
  whenReady,
  NO_ERASURES,
} from '@perennial/runtime'
import { ACTIVITY_DEAD_TOPIC, createCodec, type MemberRiskV1, SCHEMAS, STATE_TOPIC, topicOf } from '@perennial/streams'
import {
  createMemoryLog,
  type MemoryLog,
  quietLogger,
  settableClock,
  type SettableClock,
  testPlatform,
  type TestPlatform,
} from '@perennial/testkit'
import { activeModels } from './active-model.ts'
import { createChunkPool } from './chunk-pool.ts'
import { ownedConsumption, T0, TP } from './owner.fixture.ts'
import { createHearing } from './hearing.ts'
import { createPutAside } from './put-aside.ts'
import { ACTIVITY_TOPIC, Scoring } from './scoring.ts'
import { createTelemetry } from './telemetry.ts'

export const JOINED = {
  kind: 'membership',
  change: { status: 'active', joinedAt: T0, term: { start: T0, end: T0 + 365 * DAY_MS }, dues: 120, autoRenew: false },
} as const

const codec = createCodec((id) => (id === 1 ? SCHEMAS['member-risk'] : undefined))

/** One partition on a real Redis and a log in memory, and whoever scores it. */
export class ScoringWorld {
  readonly clock: SettableClock = settableClock(T0)
  readonly log: MemoryLog
  readonly redis: Redis
  readonly metrics = createMetrics()
  readonly keys = createErasureKeys('test', 'a key for tests')
  /** The group's position. */
  heardUntil: number | undefined
  readonly #platform: TestPlatform

  readonly #snapshotMs: number

  constructor(platform: TestPlatform, snapshotMs: number) {
    this.#platform = platform
    this.#snapshotMs = snapshotMs
    this.redis = platform.platform.redis('commit')
    this.log = createMemoryLog(this.clock, {
      topics: { [ACTIVITY_TOPIC]: 1, [topicOf('member-risk')]: 1, [ACTIVITY_DEAD_TOPIC]: 1, [STATE_TOPIC]: 1 },
    })
  }

  get namespace(): string {
    return this.#platform.platform.namespace
  }

  release(): Promise<void> {
    return this.#platform.release()
  }

  /** A scoring process that owns the partition, without a group of its own: the test hands it batches. */
  owner(sought: number[] = [], { maxAliases = 1_000 } = {}): Scoring {
    const consumption = ownedConsumption({
      commit: async (_, to) => void (this.heardUntil = to),
      seek: (_, to) => void sought.push(to),
    })
    const logger = quietLogger()
    const scorer = createScorer(starterModel())
    const models = { current: scorer, shadow: undefined, previous: undefined }
    let commits = 0
    const { redis, log, clock } = this
    const { namespace } = this.#platform.platform
    const run = randomUUID()
    const deps = {
      store: createPartitionStore(redis, namespace),
      clock,
      telemetry: createTelemetry(this.metrics, logger, () => Promise.resolve({ members: 0, aliases: 0 })),
      log: {
        append: (topic: string, records: readonly Outgoing[]) => log.append(topic, records),
        startOffsets: (topic: string) => log.startOffsets(topic),
        committed: () => Promise.resolve([this.heardUntil]),
      },
      logger,
      group: 'scoring',
      chunks: createChunkPool(scorer.vocabulary),
      model: activeModels(() => models, 1),
      shadows: createShadowStore(redis, namespace, 1),
      outcomes: createOutcomeStore(redis, namespace, 1),
      aliasMs: 180 * DAY_MS,
      maxAliases,
      partitions: 1,
      putAside: createPutAside(log),
      foldedHistory: () => undefined,
      ...(this.#snapshotMs > 0 && { snapshots: { log, everyMs: this.#snapshotMs, vocabulary: scorer.vocabulary } }),
      nextToken: () => `${run}.${commits++}`,
      openBlock: this.keys.openBlock,
      hearing: createHearing(NO_ERASURES),
      pseudonym: this.keys.pseudonym,
    }
    return new Scoring(deps, Promise.resolve(consumption))
  }

  async produce(...facts: Fact[]): Promise<void> {
    const writer = new BlockWriter()
    for (const one of facts) writer.add(one)
    await this.log.append(ACTIVITY_TOPIC, [{ partition: 0, value: writer.finish() }])
  }

  batch(from = 0): Batch {
    const records = this.log.records(TP).filter((record) => record.offset >= from)
    return { tp: TP, records, endOffset: records.length, heartbeat: () => Promise.resolve(), stopping: () => false }
  }

  risks(): MemberRiskV1[] {
    return this.log.all(topicOf('member-risk')).map(({ value }) => {
      const decoded = codec.decode('member-risk', value ?? Buffer.alloc(0))
      if (decoded.kind !== 'ok') throw new Error(decoded.kind)
      return decoded.record
    })
  }

  /** Subjects of which there is a row. */
  rowKeys(): Promise<string[]> {
    return this.redis.hkeys(`{${this.#platform.platform.namespace}:s:0}:m`)
  }

  async rowBytes(): Promise<[key: string, row: Buffer][]> {
    return Object.entries(await this.redis.hgetallBuffer(`{${this.namespace}:s:0}:m`))
  }

  stateKeys(): Promise<string[]> {
    return this.redis.keys(`{${this.#platform.platform.namespace}:s:*`)
  }

  /** The partition's state as Redis has it now, and back to it: what a Redis does that has lost its latest second. */
  async dumped(): Promise<[key: string, value: Buffer][]> {
    const keys = await this.stateKeys()
    return Promise.all(keys.map(async (key): Promise<[string, Buffer]> => [key, await this.redis.dumpBuffer(key)]))
  }

  async restored(state: readonly [key: string, value: Buffer][]): Promise<void> {
    await this.redis.del(...(await this.stateKeys()))
    for (const [key, value] of state) await this.redis.restore(key, 0, value)
  }
}

export async function openScoringWorld({ snapshotMs = 0 } = {}): Promise<ScoringWorld> {
  const world = new ScoringWorld(await testPlatform(), snapshotMs)
  await whenReady(world.redis)
  return world
}
