import type { Broker, Cluster, Kafka } from 'kafkajs'
import { systemClock } from '../clock.ts'
import { Fault, messageOf } from '../fault.ts'
import { tpKey } from '../log/topic-partition.ts'
import type { Outgoing, TopicRecords } from '../ports.ts'
import { BorrowedCluster, leadersOf } from './cluster.ts'
import { hasErrorType, isPassing } from './errors.ts'
import { PartitionQueue } from './partition-queue.ts'
import { errorOf, type ProduceAnswer, sendProduce } from './produce-request.ts'

/** About 25 s in all: longer than a leader election, shorter than anybody's patience. */
const LIMITS = { tries: 10, firstMs: 100, longestMs: 5_000 }
/** A request takes one record batch of each partition, until it is this large. */
const MAX_REQUEST_BYTES = 8_000_000
/** Requests under way to one broker, which works on one at a time; the next is on its way meanwhile. */
const MAX_UNDER_WAY = 2

type Part = Readonly<{ queue: PartitionQueue; batch: Buffer }>

/**
 * Appends records in order. Topic names are the cluster's own here, prefix included. kafkajs looks after connections
 * and metadata; the records are encoded here, because its own producer spends up to 50 µs on a record with headers.
 *
 * Appends made at the same time, and those that come while requests are under way, share a request: many small
 * requests cost the broker and us more than what is in them.
 */
export class KafkaWriter {
  readonly #cluster: BorrowedCluster
  readonly #countPartitions: (topic: string) => Promise<number>
  readonly #partitions = new Map<string, number>()
  readonly #queues = new Map<string, PartitionQueue>()
  /** Those that something was added to, the first first. */
  readonly #ready = new Set<PartitionQueue>()
  readonly #underWay = new Map<string, number>()
  readonly #appends = new Set<Promise<unknown>>()
  #checking: Promise<void> | undefined
  #scheduled = false

  /** `countPartitions` throws when there is no such topic. */
  constructor(kafka: Kafka, countPartitions: (topic: string) => Promise<number>) {
    this.#cluster = new BorrowedCluster(kafka)
    this.#countPartitions = countPartitions
  }

  async connect(): Promise<void> {
    await this.#cluster.connect()
  }

  append(batches: readonly TopicRecords[]): Promise<void> {
    const appended = this.#append(batches)
    this.#appends.add(appended)
    const tidy = () => void this.#appends.delete(appended)
    appended.then(tidy, tidy)
    return appended
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#appends)
    await this.#cluster.close()
  }

  /** At once where everything is known, as appends must not overtake one another; else in turn. */
  async #append(batches: readonly TopicRecords[]): Promise<void> {
    if (this.#checking === undefined && batches.every((one) => this.#fits(one))) return this.#add(batches)
    let added: Promise<void> | undefined
    const before = this.#checking ?? Promise.resolve()
    const checking = before.then(async () => {
      for (const one of batches) if (!this.#fits(one)) await this.#check(one)
      added = this.#add(batches)
      added.catch(() => undefined)
    })
    const turn = checking
      .catch(() => undefined)
      .then(() => void (this.#checking === turn && (this.#checking = undefined)))
    this.#checking = turn
    await checking
    await added
  }

  #fits({ topic, records }: TopicRecords): boolean {
    const count = this.#partitions.get(topic) ?? 0
    return count > 0 && records.every(({ partition }) => partition >= 0 && partition < count)
  }

  /** Before anything is sent: a missing partition must not be found when earlier parts of the call are already stored. */
  async #check({ topic, records }: TopicRecords): Promise<void> {
    const count = await this.#countPartitions(topic)
    this.#partitions.set(topic, count)
    const wrong = records.find(({ partition }) => !(partition >= 0 && partition < count))
    if (wrong === undefined) return
    throw new Fault('log/no-partition', `${topic} has ${count} partitions, there is no partition ${wrong.partition}.`)
  }

  #add(batches: readonly TopicRecords[]): Promise<void> {
    const added: Promise<void>[] = []
    for (const { topic, records } of batches) {
      for (const [partition, list] of Map.groupBy(records, (record: Outgoing) => record.partition)) {
        const queue = this.#queue(topic, partition)
        added.push(queue.add(list))
        this.#ready.add(queue)
      }
    }
    this.#schedule()
    return Promise.all(added).then(() => undefined)
  }

  #queue(topic: string, partition: number): PartitionQueue {
    const key = tpKey({ topic, partition })
    const known = this.#queues.get(key)
    if (known !== undefined) return known
    const queue = new PartitionQueue({ topic, partition })
    this.#queues.set(key, queue)
    return queue
  }

  /** A moment later, so that what is appended in the same moment goes together. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      for (const [leader, queues] of this.#readyByLeader()) this.#dispatch(leader, queues)
    })
  }

  #readyByLeader(): Map<string, PartitionQueue[]> {
    const byLeader = new Map<string, PartitionQueue[]>()
    for (const queue of this.#ready) {
      if (!queue.ready) continue
      const leader = this.#cluster.leader(queue.tp) ?? ''
      const queues = byLeader.get(leader)
      if (queues === undefined) byLeader.set(leader, [queue])
      else queues.push(queue)
    }
    return byLeader
  }

  #dispatch(leader: string, queues: readonly PartitionQueue[]): void {
    if (queues.length === 0 || (this.#underWay.get(leader) ?? 0) >= MAX_UNDER_WAY) return
    const parts: Part[] = []
    let size = 0
    for (const queue of queues) {
      if (size >= MAX_REQUEST_BYTES) break
      const batch = queue.take(systemClock.now())
      this.#ready.delete(queue)
      parts.push({ queue, batch })
      size += batch.length
    }
    void this.#send(leader, parts)
    this.#dispatch(leader, queues.slice(parts.length))
  }

  /** Never rejects: the queues tell those who wait. */
  async #send(leader: string, parts: readonly Part[]): Promise<void> {
    const unsent = new Set(parts)
    try {
      const topic = parts[0]?.queue.tp.topic ?? ''
      await this.#cluster.trying(topic, (cluster) => this.#attempt(leader, cluster, unsent), LIMITS)
    } catch (error) {
      const fault = asFault(error, unsent)
      for (const { queue } of unsent) queue.failed(fault)
    }
  }

  /** A place among the requests under way is taken only while it is one, not while it waits for another try. */
  async #attempt(leader: string, cluster: Cluster, unsent: Set<Part>): Promise<void> {
    this.#underWay.set(leader, (this.#underWay.get(leader) ?? 0) + 1)
    try {
      await sendAll(cluster, unsent, (part) => this.#stored(part, unsent))
    } finally {
      this.#underWay.set(leader, (this.#underWay.get(leader) ?? 1) - 1)
      this.#schedule()
    }
  }

  #stored(part: Part, unsent: Set<Part>): void {
    unsent.delete(part)
    part.queue.stored()
    if (!part.queue.empty) this.#ready.add(part.queue)
  }
}

/** Sends to every leader side by side. Throws the first failure, when all have answered. */
async function sendAll(cluster: Cluster, unsent: Set<Part>, stored: (part: Part) => void): Promise<void> {
  const byBroker = await byLeader(cluster, unsent)
  const sends = [...byBroker].map(async ([broker, parts]) => {
    const answer = await sendProduce(broker, topicsOf(parts))
    take(parts, answer, stored)
  })
  for (const sent of await Promise.allSettled(sends)) if (sent.status === 'rejected') throw sent.reason
}

async function byLeader(cluster: Cluster, unsent: ReadonlySet<Part>): Promise<Map<Broker, Part[]>> {
  const byBroker = new Map<Broker, Part[]>()
  for (const [topic, parts] of Map.groupBy(unsent, ({ queue }) => queue.tp.topic)) {
    const partitions = parts.map(({ queue }) => queue.tp.partition)
    const leaders = await leadersOf(cluster, topic, partitions)
    for (const [i, part] of parts.entries()) {
      const broker = leaders[i]
      if (broker === undefined) continue
      const others = byBroker.get(broker)
      if (others === undefined) byBroker.set(broker, [part])
      else others.push(part)
    }
  }
  return byBroker
}

function take(parts: readonly Part[], answer: ProduceAnswer, stored: (part: Part) => void): void {
  const failed = answer.partitions.filter(({ errorCode }) => errorCode !== 0)
  const refused = new Set(failed.map(tpKey))
  for (const part of parts) if (!refused.has(part.queue.key)) stored(part)
  if (failed[0] !== undefined) throw errorOf(failed[0])
}

function topicsOf(parts: readonly Part[]): Map<string, Map<number, Buffer>> {
  const topics = new Map<string, Map<number, Buffer>>()
  for (const { queue, batch } of parts) {
    const { topic, partition } = queue.tp
    const partitions = topics.get(topic)
    if (partitions === undefined) topics.set(topic, new Map([[partition, batch]]))
    else partitions.set(partition, batch)
  }
  return topics
}

function asFault(error: unknown, unsent: ReadonlySet<Part>): Fault {
  if (error instanceof Fault) return error
  const where = [...unsent].map(({ queue }) => queue.key).join(', ')
  if (hasErrorType(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE')) {
    const message = `A record for ${where} is larger than the broker takes (max.message.bytes).`
    return new Fault('log/record-too-large', message, { cause: error })
  }
  return new Fault('log/append', `Could not append to ${where}: ${messageOf(error)}`, {
    cause: error,
    retriable: isPassing(error),
  })
}
