import {
  type Clock,
  type ConsumeOptions,
  createMetrics,
  Fault,
  type Headers,
  headerValues,
  type Log,
  type LogMetrics,
  logMetrics,
  type LogRecord,
  type Outgoing,
  systemClock,
  type TopicPartition,
  tpKey,
  type TopicRecords,
  type TopicReport,
  type TopicSpec,
} from '@perennial/runtime'
import { MemoryConsumption } from './memory-consumption.ts'
import { MemoryGroup } from './memory-group.ts'

type Partition = { start: number; records: LogRecord[] }
type Growth = (key: string | undefined) => void

export type MemoryLogOptions = Readonly<{
  /** Topics to begin with, and how many partitions each has. */
  topics?: Readonly<Record<string, number>>
  /** Most records of one batch. */
  batchRecords?: number
}>

/** A log in memory: the same contract as the real ones, groups included, and the same consumption code. */
export function createMemoryLog(clock: Clock = systemClock, options: MemoryLogOptions = {}): MemoryLog {
  return new MemoryLog(clock, options)
}

export class MemoryLog implements Log {
  /** Runs before each append; a throw makes the append fail. */
  beforeAppend: ((batches: readonly TopicRecords[]) => void | Promise<void>) | undefined
  readonly batchRecords: number
  /** Of all its consumers. */
  readonly metrics: LogMetrics = logMetrics(createMetrics())
  readonly #clock: Clock
  readonly #topics = new Map<string, readonly Partition[]>()
  readonly #groups = new Map<string, MemoryGroup>()
  readonly #growth = new Set<Growth>()
  readonly #consumptions = new Set<MemoryConsumption>()

  constructor(clock: Clock, { topics = {}, batchRecords = 500 }: MemoryLogOptions) {
    this.#clock = clock
    this.batchRecords = batchRecords
    for (const [name, count] of Object.entries(topics)) this.#create(name, count)
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<readonly TopicReport[]> {
    return specs.map(({ name, partitions }) => {
      const created = !this.#topics.has(name)
      if (created) this.#create(name, partitions)
      const found = this.#topic(name).length
      const problem = `${name} has ${found} partitions, ${partitions} are configured.`
      return { topic: name, created, problems: found === partitions ? [] : [problem] }
    })
  }

  async partitions(topic: string): Promise<number> {
    return this.#topic(topic).length
  }

  append(topic: string, records: readonly Outgoing[]): Promise<void> {
    return this.appendMany([{ topic, records }])
  }

  async appendMany(batches: readonly TopicRecords[]): Promise<void> {
    await this.beforeAppend?.(batches)
    const places = batches.flatMap(({ topic, records }) =>
      records.map((record) => ({ tp: { topic, partition: record.partition }, record })),
    )
    // All are looked up before the first is stored: an append is whole or not at all.
    for (const { tp } of places) this.#partition(tp)
    for (const { tp, record } of places) {
      const { start, records } = this.#partition(tp)
      records.push(recordOf(record, start + records.length, this.#clock.now()))
    }
    for (const key of new Set(places.map(({ tp }) => tpKey(tp)))) for (const tell of this.#growth) tell(key)
  }

  async read(tp: TopicPartition, from: number, limit: number): Promise<readonly LogRecord[]> {
    const { start, records } = this.#partition(tp)
    const first = Math.max(0, from - start)
    return records.slice(first, first + limit)
  }

  async endOffsets(topic: string): Promise<readonly number[]> {
    return this.#topic(topic).map(({ start, records }) => start + records.length)
  }

  async startOffsets(topic: string): Promise<readonly number[]> {
    return this.#topic(topic).map(({ start }) => start)
  }

  async committed(group: string, topic: string): Promise<readonly (number | undefined)[]> {
    return this.#topic(topic).map((_, partition) => this.position(group, { topic, partition }))
  }

  async consume(options: ConsumeOptions): Promise<MemoryConsumption> {
    const all = options.topics.flatMap((topic) => this.#topic(topic).map((_, partition) => ({ topic, partition })))
    const consumption = new MemoryConsumption(this, options, this.#group(options.group).member(options.topics, all))
    this.#consumptions.add(consumption)
    await consumption.start()
    return consumption
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumptions].map((consumption) => consumption.stop()))
  }

  /** The records of a partition that are still there. */
  records(tp: TopicPartition): readonly LogRecord[] {
    return this.#partition(tp).records
  }

  /** The records of a topic, partition after partition. */
  all(topic: string): readonly LogRecord[] {
    return this.#topic(topic).flatMap(({ records }) => records)
  }

  /** What a group has committed. */
  position(group: string, tp: TopicPartition): number | undefined {
    return this.#group(group).positions.get(tpKey(tp))
  }

  /** Removes the records below `offset`, as retention does. */
  truncate(tp: TopicPartition, offset: number): void {
    const partition = this.#partition(tp)
    const count = Math.max(0, Math.min(partition.records.length, offset - partition.start))
    partition.records.splice(0, count)
    partition.start += count
  }

  /** Records that consumers found removed before they had read them. */
  async lost(): Promise<number> {
    const { values } = await this.metrics.lost.get()
    return values.reduce((sum, { value }) => sum + value, 0)
  }

  /** Calls back with what has grown. Answers how to stop. */
  onGrowth(listener: Growth): () => void {
    this.#growth.add(listener)
    return () => this.#growth.delete(listener)
  }

  #create(name: string, count: number): void {
    const partitions = Array.from({ length: count }, (): Partition => ({ start: 0, records: [] }))
    this.#topics.set(name, partitions)
  }

  #topic(name: string): readonly Partition[] {
    const topic = this.#topics.get(name)
    if (topic === undefined) throw new Fault('log/no-topic', `There is no topic ${name}.`)
    return topic
  }

  #partition({ topic, partition }: TopicPartition): Partition {
    const partitions = this.#topic(topic)
    const found = partitions[partition]
    if (found !== undefined) return found
    const count = partitions.length
    throw new Fault('log/no-partition', `${topic} has ${count} partitions, there is no partition ${partition}.`)
  }

  #group(name: string): MemoryGroup {
    const known = this.#groups.get(name)
    const group = known ?? new MemoryGroup()
    this.#groups.set(name, group)
    return group
  }
}

/** A copy: what the appender does with its buffers afterwards must not show. */
function recordOf({ key, value, headers }: Outgoing, offset: number, timestamp: number): LogRecord {
  return {
    offset,
    key: key === undefined || key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: headersOf(headers),
    timestamp,
  }
}

function headersOf(headers: Headers | undefined): Headers | undefined {
  const entries = Object.entries(headers ?? {}).map(([name, value]) => {
    const values = headerValues(value).map((one) => Buffer.from(one))
    return [name, values.length > 1 ? values : (values[0] ?? Buffer.alloc(0))] as const
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
