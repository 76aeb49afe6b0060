import type { EpochMs } from '@perennial/member'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { LedgerBounds } from './ledger/ledger.ts'

export type { Logger, Redis, Registry }

/** Kafka hands a header that occurs twice over as a list, and so does every adapter. Values read are always Buffers. */
export type HeaderValue = Buffer | string | readonly (Buffer | string)[] | undefined

export type Headers = Readonly<Record<string, HeaderValue>>

/** One record as read. `value` and `key` may share memory with the whole fetch: copy what is kept for long. */
export type LogRecord = Readonly<{
  offset: number
  key: Buffer | null
  value: Buffer | null
  /** Undefined when the record has none. */
  headers: Headers | undefined
  /** When it was appended (or when its producer says it was). */
  timestamp: EpochMs
}>

/** One record to append. The partition is always the caller's choice, see `partitionFor` of @perennial/member. */
export type Outgoing = Readonly<{
  key?: Buffer | string | null
  value: Uint8Array | null
  headers?: Headers
  partition: number
}>

export type TopicPartition = Readonly<{ topic: string; partition: number }>

/** What a topic must be like. Declared in one place: `TOPICS` of @perennial/streams. */
export type TopicSpec = Readonly<{
  name: string
  partitions: number
  /** `delete` forgets by age, `compact` keeps the latest record of each key. */
  cleanup: 'delete' | 'compact'
  /** Age in ms after which records may go; -1 keeps them for ever. */
  retentionMs: number
  /** Age in ms before which nothing is compacted. Default: the broker's. The embedded log does not compact by key. */
  compactionLagMs?: number
  /** `append`: the log's clock dates the records, whatever their producers say. Default: the producer's clock. */
  timestamps?: 'append'
  /** Embedded mode only, where the log lives in memory: how many records a partition keeps at most. */
  maxRecords?: number
}>

/** What was found, or done, about one topic. `problems` are sentences for a person; empty = as declared. */
export type TopicReport = Readonly<{ topic: string; created: boolean; problems: readonly string[] }>

/** An ordered, partitioned log: Kafka, Redis Streams (embedded), or memory (tests). One contract suite holds for all. */
export interface Log {
  /** Creates what is missing, where the broker allows it. Reports wrong settings and never alters them. */
  ensureTopics(specs: readonly TopicSpec[]): Promise<readonly TopicReport[]>
  /** How many partitions the topic has. Throws a Fault when there is no such topic. */
  partitions(topic: string): Promise<number>
  /**
   * Resolves when every record is stored for good (acks = all), in the order given within each partition.
   * Appends to one partition never overtake one another; when one fails, those already waiting behind it fail too.
   */
  append(topic: string, records: readonly Outgoing[]): Promise<void>
  /** As `append`, over several topics in one request. */
  appendMany(batches: readonly TopicRecords[]): Promise<void>
  /** A bounded read outside any group: up to `limit` records from offset `from`, fewer at the end of the log. */
  read(tp: TopicPartition, from: number, limit: number): Promise<readonly LogRecord[]>
  /** The next offset to be written, by partition. */
  endOffsets(topic: string): Promise<readonly number[]>
  /** The oldest offset still there (the end where a partition is empty), by partition. */
  startOffsets(topic: string): Promise<readonly number[]>
  /** The positions a group has committed, by partition; undefined = none yet. */
  committed(group: string, topic: string): Promise<readonly (number | undefined)[]>
  /** Joins a group. Resolves when it runs, not when it has partitions. */
  consume(options: ConsumeOptions): Promise<Consumption>
  close(): Promise<void>
}

export type TopicRecords = Readonly<{ topic: string; records: readonly Outgoing[] }>

export type ConsumeOptions = Readonly<{
  group: string
  topics: readonly string[]
  /**
   * Called once per assignment, before its first batch; answers where to start. undefined = the committed
   * position, else the beginning. A throw is retried with back-off, and the partition waits for it.
   */
  onAssigned?(tp: TopicPartition): Promise<number | undefined>
  /** Ownership is gone or going. It is awaited where the log allows; never rely on it for safety. */
  onRevoked?(tps: readonly TopicPartition[]): Promise<void>
  /**
   * Consecutive records of one partition, in order; never empty, never two calls at once for one partition, up
   * to `concurrency` partitions at a time. Nothing is committed by itself. A return means: go on behind it.
   * A throw means: deliver again, from the last `commit` or the first record, after a back-off; nothing is skipped.
   */
  onBatch(batch: Batch): Promise<void>
  /** Partitions worked on at the same time. Default 4. */
  concurrency?: number
  /**
   * How long an idle poll waits, in ms; no lower bound on latency. Default 5,000. On Kafka a seek in an idle partition
   * may take that long.
   */
  maxWaitMs?: number
  /** Positions are stored together, no more often than this, in ms: `commit` resolves that much later. Default 0: at once. */
  commitEveryMs?: number
  /** Let the broker gather this many bytes (or `maxWaitMs`) before it answers. Default 1. */
  minBytes?: number
}>

export type Batch = Readonly<{
  tp: TopicPartition
  records: readonly LogRecord[]
  /** The next offset to be written, as known when the batch was fetched. */
  endOffset: number
  /**
   * Says "still working". Heartbeats are sent by themselves while a batch is pending, for five minutes at most
   * since the last sign of progress: this call is that sign. Throws when the partition is lost.
   */
  heartbeat(): Promise<void>
  /** Check between chunks: when true, return soon. What was not committed will be delivered again. */
  stopping(): boolean
}>

export type Consumption = Readonly<{
  /**
   * Everything below `nextOffset` is done. Calls made while one is under way are merged. Resolves when stored, or
   * when a rebalance overtook it: then it is tried again if the partition stays here, else dropped. Flushed on stop.
   */
  commit(tp: TopicPartition, nextOffset: number): Promise<void>
  /** Goes on from `offset`; a running batch of the partition no longer moves the position. */
  seek(tp: TopicPartition, offset: number): void
  pause(tp: TopicPartition): void
  resume(tp: TopicPartition): void
  /** The partitions owned right now, sorted. */
  assigned(): readonly TopicPartition[]
  /** Records between the position and the end as last seen; undefined when not assigned. */
  lag(tp: TopicPartition): number | undefined
  /** Waits for running batches, commits what was asked for, leaves the group. Never call it inside `onBatch`. */
  stop(): Promise<void>
  /** Rejects when the consumption died for good: the process must exit or start it again. */
  failed: Promise<never>
}>

/** The schema registry. `schemaById` answers undefined for an id nobody knows; an outage throws a retriable Fault. */
export interface SchemaStore {
  /** Answers the schema's id: the same one for the same schema. Throws a Fault naming the rule when incompatible. */
  register(subject: string, schema: string): Promise<number>
  schemaById(id: number): Promise<string | undefined>
}

export type Clock = Readonly<{ now(): EpochMs }>

/** Owns what was acquired, and releases it in reverse order. */
export type Scope = Readonly<{
  /** Answers `thing`, which is given to `release` when the scope ends. */
  adopt<T>(thing: T, release: (thing: T) => Promise<void> | void): T
  /** Aborted as soon as a stop was asked for, before anything is released. */
  signal: AbortSignal
}>

/** `command`: everything short. `blocking`: BullMQ and subscriptions. `commit`: fenced scripts, see redis/connect.ts. */
export type RedisRole = 'command' | 'blocking' | 'commit'

export type Platform = Readonly<{
  mode: 'embedded' | 'kafka'
  namespace: string
  log: Log
  schemas: SchemaStore
  /** A new connection each call, released with the scope. */
  redis: (role: RedisRole) => Redis
  /** What this rests on and is away, in words; undefined when nothing is. */
  notReady(): string | undefined
  logger: Logger
  metrics: Registry
  clock: Clock
  partitions: Readonly<{ source: number; activity: number }>
  ledger: LedgerBounds
  /** Takes the process down: logs the error, releases the scope, exit code 1. */
  fatal(error: unknown): void
}>

/** What a started service gives back to whoever composes it. */
export type Running = Readonly<{
  status(): Record<string, unknown>
  /** Why it cannot do its work, for `/readyz`; undefined, or left out = it can. */
  notReady?(): string | undefined
}>
