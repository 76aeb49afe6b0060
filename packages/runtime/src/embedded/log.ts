import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { logMetrics } from '../log/log-metrics.ts'
import { PullConsumption, type PullDeps } from '../log/pull/consumption.ts'
import { pause } from '../log/wait.ts'
import { tpKey } from '../log/topic-partition.ts'
import type {
  Clock,
  ConsumeOptions,
  Consumption,
  Log,
  LogRecord,
  Outgoing,
  TopicPartition,
  TopicRecords,
  TopicReport,
  TopicSpec,
} from '../ports.ts'
import { logIndexKeys } from '../redis/keys.ts'
import { createMembership, LEASE_MS, TURN_EVERY_MS } from './membership.ts'
import { EmbeddedReader } from './reader.ts'
import { trimTopic } from './retention.ts'
import { EmbeddedTopics } from './topics.ts'
import { WakeChannel } from './wake-channel.ts'
import { EmbeddedWriter } from './writer.ts'

export type EmbeddedLogDeps = Readonly<{
  namespace: string
  /** For short commands and scripts; may be shared. */
  redis: Redis
  /** A connection of the log's own. */
  subscriber: Redis
  logger: Logger
  metrics: Registry
  clock: Clock
}>

const TRIM_EVERY_MS = 60_000

/**
 * The log of the embedded mode: Redis Streams, one per partition, with dense offsets and groups of our own. It
 * needs a single Redis, no Cluster: an append covers several partitions in one script.
 */
export function createEmbeddedLog(deps: EmbeddedLogDeps): Log {
  return new EmbeddedLog(deps)
}

class EmbeddedLog implements Log {
  readonly #deps: EmbeddedLogDeps
  readonly #topics: EmbeddedTopics
  readonly #reader: EmbeddedReader
  readonly #writer: EmbeddedWriter
  readonly #wake: WakeChannel
  readonly #consumptions = new Set<Consumption>()
  readonly #over = new AbortController()
  #trimming: Promise<void> | undefined

  constructor(deps: EmbeddedLogDeps) {
    this.#deps = deps
    const { redis, namespace, subscriber, clock } = deps
    this.#topics = new EmbeddedTopics(redis, namespace)
    this.#reader = new EmbeddedReader(redis, namespace)
    this.#wake = new WakeChannel(subscriber, logIndexKeys(namespace).wake)
    this.#writer = new EmbeddedWriter({
      redis,
      namespace,
      partitions: (topic) => this.partitions(topic),
      now: () => clock.now(),
    })
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<readonly TopicReport[]> {
    const reports = await this.#topics.ensure(specs)
    this.#trimming ??= this.#keepTrimming()
    return reports
  }

  partitions(topic: string): Promise<number> {
    return this.#topics.partitions(topic)
  }

  append(topic: string, records: readonly Outgoing[]): Promise<void> {
    return this.appendMany([{ topic, records }])
  }

  appendMany(batches: readonly TopicRecords[]): Promise<void> {
    return this.#writer.append(batches)
  }

  read(tp: TopicPartition, from: number, limit: number): Promise<readonly LogRecord[]> {
    return this.#reader.read(tp, from, limit)
  }

  async endOffsets(topic: string): Promise<readonly number[]> {
    return (await this.#reader.edges(topic, await this.partitions(topic))).map(({ next }) => next)
  }

  async startOffsets(topic: string): Promise<readonly number[]> {
    return (await this.#reader.edges(topic, await this.partitions(topic))).map(({ start }) => start)
  }

  async committed(group: string, topic: string): Promise<readonly (number | undefined)[]> {
    const count = await this.partitions(topic)
    const fields = Array.from({ length: count }, (_, partition) => tpKey({ topic, partition }))
    const { positions } = logIndexKeys(this.#deps.namespace).group(group)
    const stored = await this.#deps.redis.hmget(positions, ...fields)
    return stored.map((position) => (position === null ? undefined : Number(position)))
  }

  async consume(options: ConsumeOptions): Promise<Consumption> {
    const { redis, namespace } = this.#deps
    const partitions = await this.#allOf(options.topics)
    await redis.sadd(logIndexKeys(namespace).groups, options.group)
    const group = { name: options.group, topics: options.topics, partitions }
    const consumption = new PullConsumption(this.#pullDeps(group), options)
    this.#consumptions.add(consumption)
    await consumption.start()
    return consumption
  }

  async close(): Promise<void> {
    this.#over.abort()
    await Promise.all([...this.#consumptions].map((consumption) => consumption.stop()))
    await this.#trimming
    await this.#writer.settled()
  }

  #pullDeps(group: Parameters<typeof createMembership>[1]): PullDeps {
    const { redis, namespace, logger, metrics } = this.#deps
    const wake = this.#wake
    return {
      startOffsets: (topic) => this.startOffsets(topic),
      endOffsets: (topic) => this.endOffsets(topic),
      committed: (name, topic) => this.committed(name, topic),
      source: {
        fetch: (tp, from, bytes) => this.#reader.fetch(tp, from, bytes),
        generation: () => this.#reader.generation(),
        onGrowth: (tell) => wake.on(tell),
      },
      newMembership: () => createMembership({ redis, namespace, wake }, group),
      leaseMs: LEASE_MS,
      turnEveryMs: TURN_EVERY_MS,
      logger,
      metrics: logMetrics(metrics),
      // Not the deployment's clock: silence is measured, and that one may jump.
      now: () => performance.now(),
    }
  }

  async #allOf(topics: readonly string[]): Promise<readonly TopicPartition[]> {
    const all: TopicPartition[] = []
    for (const topic of topics) {
      const count = await this.partitions(topic)
      for (let partition = 0; partition < count; partition++) all.push({ topic, partition })
    }
    return all
  }

  async #keepTrimming(): Promise<void> {
    while (await pause(TRIM_EVERY_MS, this.#over.signal)) {
      await this.#trim().catch((error: unknown) => {
        this.#deps.logger.warn({ err: error }, 'Removing old records failed; it is tried again in a minute')
      })
    }
  }

  async #trim(): Promise<void> {
    const { redis, namespace, logger, clock } = this.#deps
    const groups = await redis.smembers(logIndexKeys(namespace).groups)
    for (const spec of await this.#topics.all()) {
      const removed = await trimTopic({ redis, namespace, reader: this.#reader, groups }, spec, clock.now())
      if (removed > 0) logger.debug({ topic: spec.name, removed }, 'Removed old records')
    }
  }
}
