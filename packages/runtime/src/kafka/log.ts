import type { Admin } from 'kafkajs'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { Fault, messageOf } from '../fault.ts'
import { logMetrics } from '../log/log-metrics.ts'
import { pause } from '../log/wait.ts'
import type {
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
import { createClient } from './client.ts'
import type { KafkaConfig } from './config.ts'
import { KafkaConsumption } from './consumption.ts'
import { hasErrorType, isPassing } from './errors.ts'
import { KafkaReader } from './reader.ts'
import type { SessionDeps } from './session-deps.ts'
import { waitForKafka } from './start.ts'
import { ensureTopics } from './topics.ts'
import { KafkaWriter } from './writer.ts'

type Deps = Readonly<{ logger: Logger; metrics: Registry; signal: AbortSignal }>

/** Connects to Kafka (3.7 or later, 4.x) through kafkajs; waits for it as `waitForKafka` says. */
export async function connectKafkaLog(config: KafkaConfig, deps: Deps): Promise<Log> {
  const { brokers } = await waitForKafka(config, deps.logger, deps.signal)
  const log = new KafkaLog(config, deps, brokers)
  await log.connect()
  return log
}

class KafkaLog implements Log {
  readonly #config: KafkaConfig
  readonly #brokers: number
  readonly #admin: Admin
  readonly #writer: KafkaWriter
  readonly #reader: KafkaReader
  readonly #sessionDeps: SessionDeps
  readonly #consumptions = new Set<Consumption>()

  constructor(config: KafkaConfig, deps: Deps, brokers: number) {
    this.#config = config
    this.#brokers = brokers
    const client = createClient(config, deps.logger)
    this.#admin = client.admin()
    this.#reader = new KafkaReader(client)
    this.#writer = new KafkaWriter(client, async (topic) => (await this.#reader.offsets(topic, 'end')).length)
    this.#sessionDeps = {
      newClient: () => createClient(config, deps.logger),
      toWire: (topic) => config.topicPrefix + topic,
      fromWire: (topic) => topic.slice(config.topicPrefix.length),
      startOffsets: (topic) => this.startOffsets(topic),
      endOffsets: (topic) => this.endOffsets(topic),
      committed: (group, topic) => this.committed(group, topic),
      logger: deps.logger,
      metrics: logMetrics(deps.metrics),
      // Not a clock for facts: silence is measured, and those may jump.
      now: () => performance.now(),
    }
  }

  async connect(): Promise<void> {
    await Promise.all([this.#admin.connect(), this.#writer.connect(), this.#reader.connect()])
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<readonly TopicReport[]> {
    const named = specs.map((spec) => ({ ...spec, name: this.#wire(spec.name) }))
    const options = { create: this.#config.createTopics, brokers: this.#brokers }
    const reports = await asking('set up topics', () => ensureTopics(this.#admin, named, options))
    return reports.map((report) => ({ ...report, topic: this.#sessionDeps.fromWire(report.topic) }))
  }

  async partitions(topic: string): Promise<number> {
    return (await this.endOffsets(topic)).length
  }

  append(topic: string, records: readonly Outgoing[]): Promise<void> {
    return this.appendMany([{ topic, records }])
  }

  async appendMany(batches: readonly TopicRecords[]): Promise<void> {
    await this.#writer.append(batches.map(({ topic, records }) => ({ topic: this.#wire(topic), records })))
  }

  read(tp: TopicPartition, from: number, limit: number): Promise<readonly LogRecord[]> {
    return this.#reader.read({ topic: this.#wire(tp.topic), partition: tp.partition }, from, limit)
  }

  endOffsets(topic: string): Promise<readonly number[]> {
    return this.#reader.offsets(this.#wire(topic), 'end')
  }

  startOffsets(topic: string): Promise<readonly number[]> {
    return this.#reader.offsets(this.#wire(topic), 'start')
  }

  async committed(group: string, topic: string): Promise<readonly (number | undefined)[]> {
    const wire = this.#wire(topic)
    const count = await this.partitions(topic)
    const [found] = await asking(`read the positions of ${group}`, () =>
      this.#admin.fetchOffsets({ groupId: group, topics: [wire] }),
    )
    const positions = new Array<number | undefined>(count).fill(undefined)
    for (const { partition, offset } of found?.partitions ?? []) {
      // Below zero: none, or kafkajs's note to itself to begin anew.
      if (Number(offset) >= 0) positions[partition] = Number(offset)
    }
    return positions
  }

  async consume(options: ConsumeOptions): Promise<Consumption> {
    for (const topic of options.topics) await this.partitions(topic)
    const consumption = new KafkaConsumption(this.#sessionDeps, options)
    this.#consumptions.add(consumption)
    await consumption.start()
    return consumption
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumptions].map((consumption) => consumption.stop()))
    await Promise.allSettled([this.#writer.close(), this.#reader.close(), this.#admin.disconnect()])
  }

  #wire(topic: string): string {
    return this.#config.topicPrefix + topic
  }
}

/** A topic that was made a moment ago, here or by a process that started at the same time, is not known everywhere yet. */
const TRIES_FOR_NEW_TOPICS = 8
const FIRST_PAUSE_MS = 100

async function asking<T>(what: string, call: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await call()
    } catch (error) {
      if (tried < TRIES_FOR_NEW_TOPICS && hasErrorType(error, 'UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE')) {
        await pause(FIRST_PAUSE_MS * tried)
        continue
      }
      throw new Fault('log/admin', `Could not ${what}: ${messageOf(error)}`, {
        cause: error,
        retriable: isPassing(error),
      })
    }
  }
}
