import kafkajs, { type Broker } from 'kafkajs'
import { encoded, sendRequest } from './connection.ts'

/** Record batches for one broker: one for each partition, by topic. */
export type ProduceData = ReadonlyMap<string, ReadonlyMap<number, Buffer>>

type PartitionAnswer = Readonly<{ topic: string; partition: number; errorCode: number }>
export type ProduceAnswer = Readonly<{ partitions: readonly PartitionAnswer[]; clientSideThrottleTime: number }>

const PRODUCE_KEY = 0
/** The last version without tagged fields: since Kafka 2.1, and still served by 4.x. */
const PRODUCE_VERSION = 7
const ACKS_ALL = -1
const TIMEOUT_MS = 30_000

/** Sends record batches to the broker that leads their partitions, acks = all. Answers what became of each of them. */
export function sendProduce(broker: Broker, data: ProduceData): Promise<ProduceAnswer> {
  return sendRequest(broker, {
    request: {
      apiKey: PRODUCE_KEY,
      apiVersion: PRODUCE_VERSION,
      apiName: 'Produce',
      encode: () => encoded(encode(data)),
    },
    response: {
      decode: (bytes) => Promise.resolve(decode(bytes)),
      parse: (answer) => Promise.resolve(answer),
    },
  })
}

function encode(data: ProduceData): Buffer {
  let size = 12
  for (const [topic, partitions] of data) {
    size += 2 + Buffer.byteLength(topic) + 4
    for (const batch of partitions.values()) size += 8 + batch.length
  }
  const body = Buffer.allocUnsafe(size)
  // No transaction.
  let at = body.writeInt16BE(-1, 0)
  at = body.writeInt16BE(ACKS_ALL, at)
  at = body.writeInt32BE(TIMEOUT_MS, at)
  at = body.writeInt32BE(data.size, at)
  for (const [topic, partitions] of data) {
    at = body.writeInt16BE(Buffer.byteLength(topic), at)
    at += body.write(topic, at)
    at = body.writeInt32BE(partitions.size, at)
    for (const [partition, batch] of partitions) {
      at = body.writeInt32BE(partition, at)
      at = body.writeInt32BE(batch.length, at)
      body.set(batch, at)
      at += batch.length
    }
  }
  return body
}

/** Error code … log start offset of one partition. */
const REST_OF_PARTITION_BYTES = 26

function decode(bytes: Buffer): ProduceAnswer {
  const partitions: PartitionAnswer[] = []
  let at = 4
  for (let topics = bytes.readInt32BE(0); topics > 0; topics--) {
    const length = bytes.readInt16BE(at)
    const topic = bytes.toString('utf8', at + 2, at + 2 + length)
    at += 2 + length
    let count = bytes.readInt32BE(at)
    at += 4
    for (; count > 0; count--) {
      partitions.push({ topic, partition: bytes.readInt32BE(at), errorCode: bytes.readInt16BE(at + 4) })
      at += 4 + REST_OF_PARTITION_BYTES
    }
  }
  return { partitions, clientSideThrottleTime: bytes.readInt32BE(at) }
}

/**
 * The errors of a Produce request: name, and whether trying again helps.
 * Source: https://kafka.apache.org/protocol#protocol_error_codes
 */
const ERRORS: Readonly<Record<number, readonly [type: string, retriable: boolean]>> = {
  2: ['CORRUPT_MESSAGE', true],
  3: ['UNKNOWN_TOPIC_OR_PARTITION', true],
  5: ['LEADER_NOT_AVAILABLE', true],
  6: ['NOT_LEADER_FOR_PARTITION', true],
  7: ['REQUEST_TIMED_OUT', true],
  8: ['BROKER_NOT_AVAILABLE', true],
  9: ['REPLICA_NOT_AVAILABLE', true],
  10: ['MESSAGE_TOO_LARGE', false],
  13: ['NETWORK_EXCEPTION', true],
  17: ['INVALID_TOPIC_EXCEPTION', false],
  18: ['RECORD_LIST_TOO_LARGE', false],
  19: ['NOT_ENOUGH_REPLICAS', true],
  20: ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', true],
  29: ['TOPIC_AUTHORIZATION_FAILED', false],
  31: ['CLUSTER_AUTHORIZATION_FAILED', false],
  32: ['INVALID_TIMESTAMP', false],
  44: ['POLICY_VIOLATION', false],
  56: ['KAFKA_STORAGE_ERROR', true],
  87: ['INVALID_RECORD', false],
  89: ['THROTTLING_QUOTA_EXCEEDED', true],
}

/** As kafkajs would throw it. */
export function errorOf({ topic, partition, errorCode }: PartitionAnswer): Error {
  const [type, retriable] = ERRORS[errorCode] ?? [`ERROR_${errorCode}`, false]
  const error = new kafkajs.KafkaJSProtocolError(`The broker refused records for ${topic}:${partition}: ${type}`)
  return Object.assign(error, { type, code: errorCode, retriable })
}
