import kafkajs, { type KafkaMessage } from 'kafkajs'
import { Fault, isFault } from '../fault.ts'
import { brokenBatch, RecordWalker } from './record-walker.ts'

/** The records of one batch, not yet read. */
export type BatchRecords = Readonly<{
  bytes: Buffer
  count: number
  baseOffset: number
  firstTimestamp: number
  /** Set where the broker dates the records: then it is the time of all of them. */
  appendedAt: number | undefined
}>

/**
 * A record batch, made up as one message: for kafkajs, which filters what a consumer may see by what is on a message,
 * and everything it looks at is the same for all records of a batch. Its offset is the last of the batch.
 */
export type BatchMessage = KafkaMessage &
  Readonly<{
    isControlRecord: boolean
    batchContext: Readonly<{ producerId: string; inTransaction: boolean }>
    batch: BatchRecords
  }>

const LENGTH_AT = 8
const MAGIC_AT = 16
const ATTRIBUTES_AT = 21
const LAST_OFFSET_DELTA_AT = 23
const FIRST_TIMESTAMP_AT = 27
const MAX_TIMESTAMP_AT = 35
const PRODUCER_AT = 43
const COUNT_AT = 57
const RECORDS_AT = 61

const MAGIC = 2
const CODEC_BITS = 7
const APPEND_TIME_BIT = 8
const TRANSACTION_BIT = 16
const CONTROL_BIT = 32

/**
 * The batches of a fetched record set, decompressed. A last one that is cut off, as fetches end, is left out.
 * Undefined: there are records in a format older than Kafka 0.11, which is kafkajs's business. Throws a Fault:
 * `log/corrupt`, or `kafka/codec` for one that is not known.
 */
export async function batchesOf(set: Buffer): Promise<BatchMessage[] | undefined> {
  const messages: BatchMessage[] = []
  for (let at = 0; at + RECORDS_AT <= set.length;) {
    if (set[at + MAGIC_AT] !== MAGIC) return undefined
    const end = at + LENGTH_AT + 4 + set.readInt32BE(at + LENGTH_AT)
    // Shorter than its own head: going on from there would be going back.
    if (end < at + RECORDS_AT) throw brokenBatch(int64(set, at))
    if (end > set.length) break
    messages.push(await batchOf(set.subarray(at, end)))
    at = end
  }
  return messages
}

async function batchOf(batch: Buffer): Promise<BatchMessage> {
  const attributes = batch.readInt16BE(ATTRIBUTES_AT)
  const baseOffset = int64(batch, 0)
  const records: BatchRecords = {
    bytes: await decompressed(batch.subarray(RECORDS_AT), attributes & CODEC_BITS).catch((cause: unknown) => {
      throw isFault(cause, 'kafka/codec') ? cause : brokenBatch(baseOffset, cause)
    }),
    count: batch.readInt32BE(COUNT_AT),
    baseOffset,
    firstTimestamp: int64(batch, FIRST_TIMESTAMP_AT),
    appendedAt: (attributes & APPEND_TIME_BIT) === 0 ? undefined : int64(batch, MAX_TIMESTAMP_AT),
  }
  const isControlRecord = (attributes & CONTROL_BIT) !== 0
  return {
    key: isControlRecord ? new RecordWalker(records).next().key : null,
    value: null,
    timestamp: '0',
    attributes: 0,
    size: batch.length,
    offset: String(baseOffset + batch.readInt32BE(LAST_OFFSET_DELTA_AT)),
    isControlRecord,
    batchContext: {
      producerId: batch.readBigInt64BE(PRODUCER_AT).toString(),
      inTransaction: (attributes & TRANSACTION_BIT) !== 0,
    },
    batch: records,
  }
}

type Codec = Readonly<{ decompress(bytes: Buffer): Promise<Buffer> }>

async function decompressed(bytes: Buffer, codec: number): Promise<Buffer> {
  if (codec === 0) return bytes
  const open = (kafkajs.CompressionCodecs as Readonly<Record<number, (() => Codec) | undefined>>)[codec]
  if (open === undefined) throw new Fault('kafka/codec', `There is no codec ${codec}.`)
  return open().decompress(bytes)
}

/** Exact up to 2^53. */
function int64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4)
}
