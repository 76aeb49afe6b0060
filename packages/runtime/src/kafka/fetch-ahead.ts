import type { Broker, Cluster } from 'kafkajs'
import { pause } from '../log/wait.ts'
import { giveUpFetches } from './connection.ts'
import { fetchBatches, type Fetched, type FetchedPartition, type FetchRequest } from './fetch-request.ts'

/** As much in one answer means that more is waiting: the next request goes out before this one is worked through. */
const BACKLOG_BYTES = 1024 * 1024

export type FetchOptions = Readonly<{
  /** How long a request that finds nothing may wait for something, in ms, as things stand. */
  waitMs(): number
  /** The consumer's loop must turn this often, in ms: it sends heartbeats, and notices what was sought and resumed. */
  turnMs: number
}>

type UnderWay = Readonly<{ offsets: ReadonlyMap<string, string>; answer: Promise<Fetched> }>

const NOTHING: Fetched = { responses: [] }

/**
 * The fetches of one consumer from one broker. A request may stay under way for longer than the consumer waits for it,
 * so that an idle one asks the broker every few seconds and yet looks after its group every second; and in a backlog
 * the next one is under way while the records of this one are worked through. An answer is used only for the positions
 * that are asked for: what was sought, paused or lost meanwhile is left out.
 */
export class FetchAhead {
  readonly #ask: (request: FetchRequest) => Promise<Fetched>
  readonly #options: FetchOptions
  #underWay: UnderWay | undefined
  #wake: AbortController | undefined
  #closed = false

  constructor(ask: (request: FetchRequest) => Promise<Fetched>, options: FetchOptions) {
    this.#ask = ask
    this.#options = options
  }

  /** Answers nothing when it is time to turn, or when nudged; the request stays under way. */
  async fetch(request: FetchRequest): Promise<Fetched> {
    if (this.#closed) return pause(this.#options.turnMs).then(() => NOTHING)
    const wanted = offsetsOf(request)
    if (this.#underWay === undefined || !covers(this.#underWay.offsets, wanted)) this.#begin(request)
    const answer = await this.#waitFor(this.#underWay)
    if (answer === undefined) return NOTHING
    this.#underWay = undefined
    const { fetched, next, bytes } = only(answer, wanted)
    if (bytes >= BACKLOG_BYTES) this.#begin(following(request, next))
    return fetched
  }

  /** Lets the consumer's loop turn now. */
  nudge(): void {
    this.#wake?.abort()
  }

  close(): void {
    this.#closed = true
    this.nudge()
  }

  #begin(request: FetchRequest): void {
    const answer = this.#ask({ ...request, maxWaitTime: this.#options.waitMs() })
    // Told to whoever waits for it; nobody may.
    answer.catch(() => undefined)
    this.#underWay = { offsets: offsetsOf(request), answer }
  }

  async #waitFor(underWay: UnderWay | undefined): Promise<Fetched | undefined> {
    const wake = new AbortController()
    this.#wake = wake
    const turn = pause(this.#options.turnMs, wake.signal).then(() => undefined)
    try {
      return await Promise.race([underWay?.answer, turn])
    } catch (error) {
      this.#underWay = undefined
      if (this.#closed) return undefined
      throw error
    } finally {
      wake.abort()
    }
  }
}

const lent = new WeakMap<Broker, FetchAhead>()

/** Lets the consumer that this cluster belongs to fetch by `FetchAhead`. */
export class LentFetches {
  readonly #options: FetchOptions
  readonly #brokers = new Set<Broker>()

  constructor(options: FetchOptions) {
    this.#options = options
  }

  lend(cluster: Cluster): void {
    const find = cluster.findBroker.bind(cluster)
    cluster.findBroker = async (node) => {
      const broker = await find(node)
      if (!lent.has(broker)) this.#lendTo(broker)
      return broker
    }
  }

  nudge(): void {
    for (const broker of this.#brokers) lent.get(broker)?.nudge()
  }

  /** Nothing more is fetched, and no request that is under way is waited for. */
  close(): void {
    for (const broker of this.#brokers) {
      lent.get(broker)?.close()
      giveUpFetches(broker)
    }
  }

  #lendTo(broker: Broker): void {
    const original = broker.fetch.bind(broker)
    const ahead = new FetchAhead((request) => fetchBatches(broker, request, original), this.#options)
    lent.set(broker, ahead)
    this.#brokers.add(broker)
    broker.fetch = (request) => ahead.fetch(request)
  }
}

function key(topic: string, partition: number): string {
  return `${topic}:${partition}`
}

function offsetsOf({ topics }: FetchRequest): Map<string, string> {
  const offsets = new Map<string, string>()
  for (const { topic, partitions } of topics)
    for (const { partition, fetchOffset } of partitions) offsets.set(key(topic, partition), fetchOffset)
  return offsets
}

function covers(underWay: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): boolean {
  for (const [partition, offset] of wanted) if (underWay.get(partition) !== offset) return false
  return true
}

/** What of an answer is wanted: kafkajs makes a batch of every partition it is given, an empty one as well. */
function only({ responses }: Fetched, wanted: ReadonlyMap<string, string>) {
  const next = new Map<string, string>()
  let bytes = 0
  const isOf = (topic: string) => (one: FetchedPartition) => {
    const name = key(topic, one.partition)
    const last = one.messages.at(-1)
    if (last !== undefined && wanted.has(name)) {
      next.set(name, String(BigInt(last.offset) + 1n))
      for (const { size } of one.messages) bytes += size ?? 0
    }
    return wanted.has(name) && (last !== undefined || one.preferredReadReplica !== -1)
  }
  const fetched = responses.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.filter(isOf(topicName)),
  }))
  return { fetched: { responses: fetched }, next, bytes }
}

/** The request that follows when all of an answer has been worked through. */
function following(request: FetchRequest, next: ReadonlyMap<string, string>): FetchRequest {
  const topics = request.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((one) => ({
      ...one,
      fetchOffset: next.get(key(topic, one.partition)) ?? one.fetchOffset,
    })),
  }))
  return { ...request, topics }
}
