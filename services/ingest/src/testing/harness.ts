import { type Fact, readBlock } from '@perennial/member'
import {
  type AddressBook,
  type ConsumeOptions,
  type Consumption,
  createMetrics,
  createScope,
  type LogRecord,
  type Outgoing,
  type Platform,
  type Running,
  type TopicPartition,
  type TopicRecords,
} from '@perennial/runtime'
import {
  deadTopicOf,
  encodeRecord,
  type Inputs,
  registrySubject,
  SCHEMAS,
  SOURCE_NAMES,
  type SourceName,
  TOPICS,
  topicOf,
  type WebsiteActivityV1Input,
} from '@perennial/streams'
import { createMemoryLog, MemorySchemaStore, quietLogger, settableClock } from '@perennial/testkit'
import { type IngestConfig, readIngestConfig } from '../config.ts'
import { startIngest } from '../wire.ts'

/** 2026-06-01T12:00:00Z: when everything arrives, unless a test moves the clock. */
export const NOW = Date.UTC(2026, 5, 1, 12)

export const ACTIVITY = topicOf('member-activity')

/** A page that member `M1` looked at a minute before it arrived. */
export function visit(eventId: string, changes: Partial<WebsiteActivityV1Input> = {}): WebsiteActivityV1Input {
  return {
    eventId,
    occurredAt: NOW - 60_000,
    sentAt: NOW - 59_000,
    member: { memberId: 'M1' },
    source: 'website',
    type: 'page_viewed',
    ...changes,
  }
}

/** Ingest on a log and a registry in memory. */
export class IngestHarness {
  readonly clock = settableClock(NOW)
  readonly schemas = new MemorySchemaStore()
  readonly metrics = createMetrics()
  readonly log = createMemoryLog(this.clock)
  readonly ids = new Map<SourceName, number>()
  /** What `onBatch` threw, in order. */
  readonly failures: unknown[] = []
  /** Runs before ingest appends anything: a throw makes it fail with nothing written. */
  beforeAppend: (batches: readonly TopicRecords[]) => void | Promise<void> = () => {}
  addresses: Pick<AddressBook, 'keep'> | undefined
  #crashed = false
  #stop: (() => Promise<void>) | undefined
  #running: Running = { status: () => ({}) }

  /** `source` and `activity` are the numbers of partitions. */
  static async create({ source = 1, activity = 3 } = {}): Promise<IngestHarness> {
    const harness = new IngestHarness()
    await harness.log.ensureTopics(
      TOPICS.map((topic) => ({ ...topic, partitions: topic.partitions === 'source' ? source : activity })),
    )
    return harness.register()
  }

  async register(): Promise<this> {
    for (const name of SOURCE_NAMES) {
      this.ids.set(name, await this.schemas.register(registrySubject(topicOf(name)), SCHEMAS[name]))
    }
    return this
  }

  /** Appends a value in the wire format to partition 0 of the stream's topic. */
  async produce<N extends SourceName>(name: N, ...records: readonly Inputs[N][]): Promise<void> {
    await this.raw(name, ...records.map((record) => ({ value: this.encode(name, record), partition: 0 })))
  }

  encode<N extends SourceName>(name: N, record: Inputs[N]): Buffer {
    return encodeRecord(name, record, this.ids.get(name) ?? 0)
  }

  async raw(name: SourceName, ...records: readonly Outgoing[]): Promise<void> {
    await this.log.append(topicOf(name), records)
  }

  async start(changes: Partial<IngestConfig> = {}): Promise<void> {
    const { scope, release } = createScope()
    const config = { ...readIngestConfig({ IDENTITY_KEY: 'test', INGEST_LINGER_MS: '0' }), ...changes }
    this.#crashed = false
    this.#running = await startIngest(this.#platform(), config, scope, this.addresses)
    this.#stop = release
  }

  async stop(): Promise<void> {
    await this.#stop?.()
    this.#stop = undefined
  }

  /** What a kill leaves behind: nothing more is committed. */
  async crash(): Promise<void> {
    this.#crashed = true
    await this.stop()
  }

  status(): Record<string, unknown> {
    return this.#running.status()
  }

  /** Why `/readyz` is red. */
  notReady(): string | undefined {
    return this.#running.notReady?.()
  }

  /** Every fact in the log, block after block. */
  async facts(): Promise<Fact[]> {
    const records = await this.all(ACTIVITY)
    return records.flatMap(({ value }) => (value === null ? [] : readBlock(value)))
  }

  dead(name: SourceName): Promise<readonly LogRecord[]> {
    return this.all(deadTopicOf(name))
  }

  /** Every record of a topic, partition after partition. */
  async all(topic: string): Promise<readonly LogRecord[]> {
    const count = await this.log.partitions(topic)
    const partitions = Array.from({ length: count }, (_, partition) => this.log.read({ topic, partition }, 0, 1e9))
    return (await Promise.all(partitions)).flat()
  }

  async committed(name: SourceName, partition = 0): Promise<number | undefined> {
    return (await this.log.committed('test-ingest', topicOf(name)))[partition]
  }

  /** The sum of a metric over all labels that match. */
  async count(metric: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const found = await this.metrics.getSingleMetric(`perennial_ingest_${metric}`)?.get()
    const matching = found?.values.filter((value) =>
      Object.entries(labels).every(([label, wanted]) => Object(value.labels)[label] === wanted),
    )
    return (matching ?? []).reduce((sum, { value }) => sum + value, 0)
  }

  async #consume(options: ConsumeOptions): Promise<Consumption> {
    const consumption = await this.log.consume({
      ...options,
      onBatch: async (batch) => {
        try {
          await options.onBatch(batch)
        } catch (error) {
          this.failures.push(error)
          throw error
        }
      },
    })
    return {
      commit: async (tp: TopicPartition, offset: number) =>
        this.#crashed ? undefined : consumption.commit(tp, offset),
      seek: (tp, offset) => consumption.seek(tp, offset),
      pause: (tp) => consumption.pause(tp),
      resume: (tp) => consumption.resume(tp),
      assigned: () => consumption.assigned(),
      lag: (tp) => consumption.lag(tp),
      stop: () => consumption.stop(),
      failed: consumption.failed,
    }
  }

  #platform(): Platform {
    const { log } = this
    const appendMany = async (batches: readonly TopicRecords[]) => {
      await this.beforeAppend(batches)
      await log.appendMany(batches)
    }
    return {
      mode: 'embedded',
      namespace: 'test',
      log: {
        ensureTopics: (specs) => log.ensureTopics(specs),
        partitions: (topic) => log.partitions(topic),
        append: (topic, records) => appendMany([{ topic, records }]),
        appendMany,
        read: (tp, from, limit) => log.read(tp, from, limit),
        endOffsets: (topic) => log.endOffsets(topic),
        startOffsets: (topic) => log.startOffsets(topic),
        committed: (group, topic) => log.committed(group, topic),
        consume: (options) => this.#consume(options),
        close: () => log.close(),
      },
      schemas: this.schemas,
      notReady: () => undefined,
      redis: () => {
        throw new Error('Ingest needs no Redis.')
      },
      logger: quietLogger(),
      metrics: this.metrics,
      clock: this.clock,
      partitions: { source: 1, activity: 3 },
      ledger: { retentionMs: 1_000, perMember: 10 },
      fatal: (error) => {
        throw error
      },
    }
  }
}
