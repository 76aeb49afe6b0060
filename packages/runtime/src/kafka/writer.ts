import type { Broker, Cluster, Kafka } from 'kafkajs'
import { systemClock } from '../clock.ts'
import { Fault, messageOf } from '../fault.ts'
import { Lanes } from '../log/lanes.ts'
import { tpKey } from '../log/topic-partition.ts'
import type { Outgoing, TopicPartition, TopicRecords } from '../ports.ts'
import { BorrowedCluster, leaderOf } from './cluster.ts'
import { hasErrorType, isPassing } from './errors.ts'
import { errorOf, type ProduceAnswer, sendProduce } from './produce-request.ts'
import { encodeRecordBatch } from './record-batch.ts'

/** About 25 s in all: longer than a leader election, shorter than anybody's patience. */
const LIMITS = { tries: 10, firstMs: 100, longestMs: 5_000 }
/** A request takes one record batch of each partition, until it is this large. */
const MAX_REQUEST_BYTES = 8_000_000

type PartitionRecords = Readonly<{ tp: TopicPartition; records: Outgoing[] }>
type Part = Readonly<{ tp: TopicPartition; batch: Buffer }>

/**
 * Appends records in order. Topic names are the cluster's own here, prefix included. kafkajs looks after connections
 * and metadata; the records are encoded here, because its own producer spends up to 50 µs on a record with headers.
 */
export class KafkaWriter {
  readonly #cluster: BorrowedCluster
  readonly #lanes = new Lanes()
  readonly #countPartitions: (topic: string) => Promise<number>
  readonly #partitions = new Map<string, number>()

  /** `countPartitions` throws when there is no such topic. */
  constructor(kafka: Kafka, countPartitions: (topic: string) => Promise<number>) {
    this.#cluster = new BorrowedCluster(kafka)
    this.#countPartitions = countPartitions
  }

  async connect(): Promise<void> {
    await this.#cluster.connect()
  }

  async append(batches: readonly TopicRecords[]): Promise<void> {
    for (const { topic, records } of batches) await this.#check(topic, records)
    const lists = byPartition(batches)
    if (lists.size === 0) return
    await this.#lanes.run([...lists.keys()], async () => {
      for (const parts of requestsOf([...lists.values()])) await this.#send(parts)
    })
  }

  async close(): Promise<void> {
    await this.#lanes.settled()
    await this.#cluster.close()
  }

  /** Before anything is sent: a missing partition must not be found when earlier parts of the call are already stored. */
  async #check(topic: string, records: readonly Outgoing[]): Promise<void> {
    const fits = (count: number) => records.every(({ partition }) => partition >= 0 && partition < count)
    const known = this.#partitions.get(topic)
    if (known !== undefined && fits(known)) return
    const count = await this.#countPartitions(topic)
    this.#partitions.set(topic, count)
    if (!fits(count)) throw noPartition(topic, count, records.find(({ partition }) => partition >= count)?.partition)
  }

  async #send(parts: readonly Part[]): Promise<void> {
    const unsent = new Set(parts)
    try {
      await this.#cluster.trying(parts[0]?.tp.topic ?? '', (cluster) => sendAll(cluster, unsent), LIMITS)
    } catch (error) {
      throw asFault(error, unsent)
    }
  }
}

/** Sends to every leader side by side and strikes what is stored off the list. Throws the first failure, after all. */
async function sendAll(cluster: Cluster, unsent: Set<Part>): Promise<void> {
  const byBroker = new Map<Broker, Part[]>()
  for (const part of unsent) {
    const broker = await leaderOf(cluster, part.tp)
    const parts = byBroker.get(broker)
    if (parts === undefined) byBroker.set(broker, [part])
    else parts.push(part)
  }
  const sends = [...byBroker].map(async ([broker, parts]) => {
    const answer = await sendProduce(broker, topicsOf(parts))
    strikeOff(unsent, parts, answer)
  })
  for (const sent of await Promise.allSettled(sends)) if (sent.status === 'rejected') throw sent.reason
}

function strikeOff(unsent: Set<Part>, parts: readonly Part[], answer: ProduceAnswer): void {
  const failed = answer.partitions.filter(({ errorCode }) => errorCode !== 0)
  const refused = new Set(failed.map(tpKey))
  for (const part of parts) if (!refused.has(tpKey(part.tp))) unsent.delete(part)
  if (failed[0] !== undefined) throw errorOf(failed[0])
}

function topicsOf(parts: readonly Part[]): Map<string, Map<number, Buffer>> {
  const topics = new Map<string, Map<number, Buffer>>()
  for (const { tp, batch } of parts) {
    const partitions = topics.get(tp.topic)
    if (partitions === undefined) topics.set(tp.topic, new Map([[tp.partition, batch]]))
    else partitions.set(tp.partition, batch)
  }
  return topics
}

function byPartition(batches: readonly TopicRecords[]): Map<string, PartitionRecords> {
  const lists = new Map<string, PartitionRecords>()
  for (const { topic, records } of batches) {
    const ofTopic = new Map<number, PartitionRecords>()
    for (const record of records) {
      let list = ofTopic.get(record.partition)
      if (list === undefined) {
        const tp = { topic, partition: record.partition }
        list = lists.get(tpKey(tp)) ?? { tp, records: [] }
        lists.set(tpKey(tp), list)
        ofTopic.set(record.partition, list)
      }
      list.records.push(record)
    }
  }
  return lists
}

/** Cuts an append into requests that the broker will take, in order within each partition. */
function* requestsOf(lists: readonly PartitionRecords[]): Generator<readonly Part[]> {
  let waiting = lists.map(({ tp, records }) => ({ tp, records, next: 0 }))
  while (waiting.length > 0) {
    const parts: Part[] = []
    let size = 0
    for (const list of waiting) {
      if (size >= MAX_REQUEST_BYTES) break
      const { bytes, next } = encodeRecordBatch(list.records, list.next, systemClock.now())
      list.next = next
      parts.push({ tp: list.tp, batch: bytes })
      size += bytes.length
    }
    yield parts
    waiting = waiting.filter(({ records, next }) => next < records.length)
  }
}

function noPartition(topic: string, count: number, partition: number | undefined): Fault {
  return new Fault('log/no-partition', `${topic} has ${count} partitions, there is no partition ${partition}.`)
}

function asFault(error: unknown, unsent: ReadonlySet<Part>): Fault {
  if (error instanceof Fault) return error
  const where = [...unsent].map(({ tp }) => tpKey(tp)).join(', ')
  if (hasErrorType(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE')) {
    const message = `A record for ${where} is larger than the broker takes (max.message.bytes).`
    return new Fault('log/record-too-large', message, { cause: error })
  }
  return new Fault('log/append', `Could not append to ${where}: ${messageOf(error)}`, {
    cause: error,
    retriable: isPassing(error),
  })
}
