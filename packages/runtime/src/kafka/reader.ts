import type { Cluster, Kafka } from 'kafkajs'
import { Fault, messageOf } from '../fault.ts'
import type { LogRecord, TopicPartition } from '../ports.ts'
import { BorrowedCluster, leadersOf, noTopic } from './cluster.ts'
import { hasErrorType, isPassing } from './errors.ts'
import { fetchBatches, type FetchedPartition } from './fetch-request.ts'
import { recordsOf } from './record.ts'

const READ_COMMITTED = 1
const MAX_BYTES = 4 * 1024 * 1024
const LIMITS = { tries: 6, firstMs: 100, longestMs: 2_000 }

/** `from`: the offset asked for; whole record batches come back, so records may lie before it. */
type Fetched = Readonly<{ from: number; partition: FetchedPartition }>

/** Reads outside any group, for which kafkajs offers no call. */
export class KafkaReader {
  readonly #cluster: BorrowedCluster

  constructor(kafka: Kafka) {
    this.#cluster = new BorrowedCluster(kafka)
  }

  async connect(): Promise<void> {
    await this.#cluster.connect()
  }

  async close(): Promise<void> {
    await this.#cluster.close()
  }

  /**
   * Up to `limit` records from offset `from` to the end as it is now. Records that retention has removed are
   * skipped: the caller sees it by the first offset.
   */
  async read(tp: TopicPartition, from: number, limit: number): Promise<LogRecord[]> {
    const records: LogRecord[] = []
    let position = from
    while (records.length < limit) {
      const fetched = await this.#fetch(tp, position)
      if (fetched === undefined) break
      position = Math.max(position, fetched.from)
      for (const record of recordsOf(readable(fetched.partition), position)) {
        if (records.length < limit) records.push(record)
      }
      // Markers of transactions take offsets too, so the next one is behind the last message of any kind.
      const last = fetched.partition.messages.at(-1)
      if (last === undefined || Number(last.offset) < position) break
      position = Number(last.offset) + 1
      if (position >= Number(fetched.partition.highWatermark)) break
    }
    return records
  }

  /** The end or the beginning of every partition of a topic. */
  async offsets(topic: string, edge: 'start' | 'end'): Promise<number[]> {
    return this.#trying(topic, async (cluster) => {
      await cluster.addTargetTopic(topic)
      await cluster.refreshMetadataIfNecessary()
      const partitions = cluster
        .findTopicPartitionMetadata(topic)
        .map(({ partitionId }) => ({ partition: partitionId }))
      if (partitions.length === 0) throw noTopic(topic)
      const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: edge === 'start' }])
      const offsets = new Array<number>(partitions.length).fill(0)
      for (const { partition, offset } of answer?.partitions ?? []) offsets[partition] = Number(offset)
      return offsets
    })
  }

  async #fetch(tp: TopicPartition, from: number): Promise<Fetched | undefined> {
    const partitions = [{ partition: tp.partition, fetchOffset: String(from), maxBytes: MAX_BYTES }]
    const topics = [{ topic: tp.topic, partitions }]
    try {
      return await this.#trying(tp.topic, async (cluster) => {
        const [broker] = await leadersOf(cluster, tp.topic, [tp.partition])
        if (broker === undefined) return undefined
        const limits = { maxWaitTime: 50, minBytes: 1, maxBytes: MAX_BYTES, isolationLevel: READ_COMMITTED }
        const { responses } = await fetchBatches(broker, { ...limits, topics }, (request) => broker.fetch(request))
        const partition = responses[0]?.partitions[0]
        return partition && { from, partition }
      })
    } catch (error) {
      if (hasErrorType(error, 'OFFSET_OUT_OF_RANGE')) return this.#fetchFromStart(tp, from)
      throw error
    }
  }

  /** Out of range: below the start there is the start to read, at or beyond the end there is nothing. */
  async #fetchFromStart(tp: TopicPartition, from: number): Promise<Fetched | undefined> {
    const start = (await this.offsets(tp.topic, 'start'))[tp.partition] ?? 0
    return from < start ? this.#fetch(tp, start) : undefined
  }

  async #trying<T>(topic: string, work: (cluster: Cluster) => Promise<T>): Promise<T> {
    try {
      return await this.#cluster.trying(topic, work, LIMITS)
    } catch (error) {
      throw asFault(topic, error)
    }
  }
}

/** What a consumer may see: no markers, nothing of a transaction that was given up. As kafkajs's consumer does it. */
function readable({ messages, abortedTransactions }: FetchedPartition): FetchedPartition['messages'] {
  const waiting = [...abortedTransactions].sort((a, b) => Number(a.firstOffset) - Number(b.firstOffset))
  const aborted = new Set<string>()
  return messages.filter((message) => {
    if (!('batch' in message)) return true
    const { offset, key, isControlRecord, batchContext } = message
    while (waiting[0] !== undefined && Number(offset) >= Number(waiting[0].firstOffset)) {
      aborted.add(waiting.shift()?.producerId ?? '')
    }
    // The key of a marker is its version and its kind: 0 = given up, 1 = committed.
    if (isControlRecord && key?.readInt16BE(2) === 0) aborted.delete(batchContext.producerId)
    return !isControlRecord && !(batchContext.inTransaction && aborted.has(batchContext.producerId))
  })
}

function asFault(topic: string, error: unknown): Fault {
  if (error instanceof Fault) return error
  return new Fault('log/read', `Could not read ${topic}: ${messageOf(error)}`, {
    cause: error,
    retriable: isPassing(error),
  })
}
