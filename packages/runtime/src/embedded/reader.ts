import type { Redis } from 'ioredis'
import type { Fetched } from '../log/pull/source.ts'
import type { LogRecord, TopicPartition } from '../ports.ts'
import { logKeys } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'
import { unpackRecord } from './record.ts'
import { EDGES } from './scripts.ts'

/** What redis answers for an entry: its id, then field and value. */
type Entry = readonly [Buffer, readonly Buffer[]]

const MAX_RECORDS = 2_000
/** Records asked for at a time: their size is only known once they are here, and a block may take 128 KB. */
const STEP = 250

export type Edges = Readonly<{ start: number; next: number }>

/** Reads partitions of the embedded log. */
export class EmbeddedReader {
  readonly #redis: Redis
  readonly #namespace: string
  readonly #edges: ReturnType<typeof defineScript>
  #generation: Promise<string> | undefined

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis
    this.#namespace = namespace
    this.#edges = defineScript(redis, 'log_edges', EDGES)
    redis.on('close', () => (this.#generation = undefined))
  }

  /** Records from `from` on, as many as make about `bytes`; and the end. */
  async fetch(tp: TopicPartition, from: number, bytes: number): Promise<Fetched> {
    const records = await this.#collect(tp, from, MAX_RECORDS, bytes)
    // The records first: an end read before them could lie behind them.
    const end = await this.#redis.get(logKeys(this.#namespace, tp.topic, tp.partition).next)
    return { records, end: Number(end ?? 0), generation: await this.generation() }
  }

  /** Redis's own id of this run of its process. Asked again after every break of the connection. */
  generation(): Promise<string> {
    this.#generation ??= this.#redis.info('server').then((info) => /^run_id:(\w+)/m.exec(info)?.[1] ?? '')
    // A failure is not an answer: the next who asks tries again.
    this.#generation.catch(() => (this.#generation = undefined))
    return this.#generation
  }

  read(tp: TopicPartition, from: number, limit: number): Promise<LogRecord[]> {
    return this.#collect(tp, from, limit, Infinity)
  }

  async #collect(tp: TopicPartition, from: number, limit: number, bytes: number): Promise<LogRecord[]> {
    const { stream } = logKeys(this.#namespace, tp.topic, tp.partition)
    const records: LogRecord[] = []
    let left = bytes
    while (records.length < limit && left > 0) {
      const start = (records.at(-1)?.offset ?? from - 1) + 1
      const count = Math.min(STEP, limit - records.length)
      const entries: readonly Entry[] = await this.#redis.xrangeBuffer(stream, `${start}-1`, '+', 'COUNT', count)
      for (const record of recordsOf(entries)) {
        records.push(record)
        left -= record.value?.length ?? 0
      }
      if (entries.length < count) break
    }
    return records
  }

  async edges(topic: string, partitions: number): Promise<readonly Edges[]> {
    const keys = Array.from({ length: partitions }, (_, partition) => logKeys(this.#namespace, topic, partition))
    const answer = await this.#edges(
      keys.flatMap(({ stream, next }) => [stream, next]),
      [],
    )
    const numbers = Array.isArray(answer) ? answer.map(Number) : []
    return keys.map((_, i) => ({ start: numbers[i * 2] ?? 0, next: numbers[i * 2 + 1] ?? 0 }))
  }
}

function recordsOf(entries: readonly Entry[]): LogRecord[] {
  const first = offsetOf(entries[0])
  // Offsets follow one another: nothing but the head of a stream is ever removed.
  return entries.map(([, fields], i) => unpackRecord(fields[1] ?? Buffer.alloc(0), first + i))
}

function offsetOf(entry: Entry | undefined): number {
  return entry === undefined ? 0 : Number.parseInt(entry[0].toString('latin1'), 10)
}
