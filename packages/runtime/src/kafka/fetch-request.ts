import type { Broker, KafkaMessage } from 'kafkajs'
import { encoded, sendRequest } from './connection.ts'
import { batchesOf, type BatchMessage } from './record-set.ts'

export type FetchRequest = Parameters<Broker['fetch']>[0]

/** In the shape kafkajs gives it; numbers of 64 bits are texts. */
export type FetchedPartition = Readonly<{
  partition: number
  errorCode: number
  highWatermark: string
  lastStableOffset: string
  lastStartOffset: string
  abortedTransactions: readonly Readonly<{ producerId: string; firstOffset: string }>[]
  preferredReadReplica: number
  messages: readonly (KafkaMessage | BatchMessage)[]
}>
export type Fetched = Readonly<{ responses: readonly FetchedTopic[] }>
type FetchedTopic = Readonly<{ topicName: string; partitions: readonly FetchedPartition[] }>

const FETCH_KEY = 1
/** Since Kafka 2.3; the last version before tagged fields. */
const FETCH_VERSION = 11
const READ_COMMITTED = 1

/**
 * Fetches record batches, unread, where kafkajs would make several objects of every record. What is out of the
 * ordinary, an error or an old format, is left to kafkajs: it is asked the same once more.
 */
export async function fetchBatches(
  broker: Broker,
  request: FetchRequest,
  original: (request: FetchRequest) => Promise<Fetched>,
): Promise<Fetched> {
  const fetched = await sendRequest<Readonly<{ responses: readonly FetchedTopic[] | undefined }>>(broker, {
    request: {
      apiKey: FETCH_KEY,
      apiVersion: FETCH_VERSION,
      apiName: 'Fetch',
      encode: () => encoded(encode(request)),
    },
    response: {
      decode: (bytes) => decode(bytes),
      parse: (answer) => Promise.resolve(answer),
    },
  })
  const { responses } = fetched
  return responses === undefined ? original(request) : { responses }
}

function encode({ isolationLevel = READ_COMMITTED, ...request }: FetchRequest): Buffer {
  const { replicaId = -1, maxWaitTime = 5_000, minBytes = 1, maxBytes = 10_485_760, rackId = '' } = request
  const topics = shuffled(request.topics)
  let size = 35 + Buffer.byteLength(rackId)
  for (const { topic, partitions } of topics) size += 6 + Buffer.byteLength(topic) + partitions.length * 28
  const bytes = Buffer.allocUnsafe(size)
  let at = bytes.writeInt32BE(replicaId, 0)
  at = bytes.writeInt32BE(maxWaitTime, at)
  at = bytes.writeInt32BE(minBytes, at)
  at = bytes.writeInt32BE(maxBytes, at)
  at = bytes.writeInt8(isolationLevel, at)
  // No fetch session: id 0, epoch -1.
  at = bytes.writeInt32BE(0, at)
  at = bytes.writeInt32BE(-1, at)
  at = bytes.writeInt32BE(topics.length, at)
  for (const { topic, partitions } of topics) {
    at = text(bytes, topic, at)
    at = bytes.writeInt32BE(partitions.length, at)
    for (const { partition, fetchOffset, maxBytes } of partitions) {
      at = bytes.writeInt32BE(partition, at)
      // Leader epoch and our log's start: not known, not wanted.
      at = bytes.writeInt32BE(-1, at)
      at = bytes.writeBigInt64BE(BigInt(fetchOffset), at)
      at = bytes.writeBigInt64BE(-1n, at)
      at = bytes.writeInt32BE(maxBytes, at)
    }
  }
  // No forgotten topics.
  at = bytes.writeInt32BE(0, at)
  text(bytes, rackId, at)
  return bytes
}

type Topics = FetchRequest['topics']

/** Partitions in any order, as a fetch is filled from the front: else those behind would wait for those before. */
function shuffled(topics: Topics): Topics {
  const places = topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })))
  for (let i = places.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    const [a, b] = [places[i], places[j]]
    if (a === undefined || b === undefined) continue
    places[i] = b
    places[j] = a
  }
  const ordered: Topics = []
  for (const { topic, partition } of places) {
    const last = ordered.at(-1)
    if (last?.topic === topic) last.partitions.push(partition)
    else ordered.push({ topic, partitions: [partition] })
  }
  return ordered
}

type Decoded = Readonly<{ responses: readonly FetchedTopic[] | undefined; clientSideThrottleTime: number }>

/** No `responses`: something in it is kafkajs's business. */
async function decode(bytes: Buffer): Promise<Decoded> {
  const clientSideThrottleTime = bytes.readInt32BE(0)
  const none: Decoded = { responses: undefined, clientSideThrottleTime }
  if (bytes.readInt16BE(4) !== 0) return none
  const responses: FetchedTopic[] = []
  let at = 14
  for (let topics = bytes.readInt32BE(10); topics > 0; topics--) {
    const length = bytes.readInt16BE(at)
    const topicName = bytes.toString('utf8', at + 2, at + 2 + length)
    at += 2 + length
    let count = bytes.readInt32BE(at)
    at += 4
    const partitions: FetchedPartition[] = []
    for (; count > 0; count--) {
      const { partition, end } = await decodePartition(bytes, at)
      if (partition === undefined) return none
      partitions.push(partition)
      at = end
    }
    responses.push({ topicName, partitions })
  }
  return { responses, clientSideThrottleTime }
}

async function decodePartition(
  bytes: Buffer,
  from: number,
): Promise<{ partition: FetchedPartition | undefined; end: number }> {
  const errorCode = bytes.readInt16BE(from + 4)
  const abortedTransactions: { producerId: string; firstOffset: string }[] = []
  let at = from + 34
  for (let aborted = bytes.readInt32BE(from + 30); aborted > 0; aborted--, at += 16)
    abortedTransactions.push({ producerId: int64(bytes, at), firstOffset: int64(bytes, at + 8) })
  const size = Math.max(0, bytes.readInt32BE(at + 4))
  const end = at + 8 + size
  const messages = errorCode === 0 ? await batchesOf(bytes.subarray(at + 8, end)) : undefined
  if (messages === undefined) return { partition: undefined, end }
  const partition = {
    partition: bytes.readInt32BE(from),
    errorCode,
    highWatermark: int64(bytes, from + 6),
    lastStableOffset: int64(bytes, from + 14),
    lastStartOffset: int64(bytes, from + 22),
    abortedTransactions,
    preferredReadReplica: bytes.readInt32BE(at),
    messages,
  }
  return { partition, end }
}

function int64(bytes: Buffer, at: number): string {
  return bytes.readBigInt64BE(at).toString()
}

function text(bytes: Buffer, value: string, at: number): number {
  const length = Buffer.byteLength(value)
  bytes.write(value, bytes.writeInt16BE(length, at))
  return at + 2 + length
}
