import type { EpochMs } from '@perennial/member'
import { headerValues } from '../log/headers.ts'
import type { HeaderValue, Outgoing } from '../ports.ts'
import { crc32c } from './crc32c.ts'

/**
 * A broker refuses record batches above `message.max.bytes` (1,048,588 by default). A single larger record goes
 * alone, for the broker to judge.
 */
export const MAX_BATCH_BYTES = 900_000

export type RecordBatch = Readonly<{
  bytes: Buffer
  /** Index of the first record that is not in it. */
  next: number
}>

/** Base offset, length, leader epoch, magic, checksum; then attributes … first sequence; then the record count. */
const HEADER_BYTES = 61
const LENGTH_AT = 8
const MAGIC_AT = 16
const CRC_AT = 17
const CRC_FROM = 21
const MAGIC = 2
/** Attributes, timestamp delta and the like take one byte each when they are 0. */
const FIXED_RECORD_BYTES = 2

/**
 * Encodes records `from` … as one record batch (message format 2, not compressed), as many as MAX_BATCH_BYTES takes
 * and at least one. kafkajs does the same with some twenty buffers a record; this is one buffer for all of them.
 */
export function encodeRecordBatch(records: readonly Outgoing[], from: number, now: EpochMs): RecordBatch {
  const sizes: number[] = []
  let total = HEADER_BYTES
  let next = from
  for (; next < records.length; next++) {
    const record = records[next]
    if (record === undefined) break
    const body = bodySize(record, next - from)
    const whole = varintSize(body) + body
    if (next > from && total + whole > MAX_BATCH_BYTES) break
    sizes.push(body)
    total += whole
  }
  const writer = new BatchWriter(Buffer.allocUnsafe(total))
  writer.header(next - from, now)
  for (let i = from; i < next; i++) writer.record(records[i], sizes[i - from] ?? 0, i - from)
  return { bytes: writer.finish(), next }
}

class BatchWriter {
  readonly #bytes: Buffer
  #at = HEADER_BYTES

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  header(count: number, now: EpochMs): void {
    const bytes = this.#bytes
    bytes.fill(0, 0, HEADER_BYTES)
    bytes.writeInt32BE(bytes.length - LENGTH_AT - 4, LENGTH_AT)
    bytes[MAGIC_AT] = MAGIC
    bytes.writeInt32BE(count - 1, 23)
    bytes.writeBigInt64BE(BigInt(now), 27)
    bytes.writeBigInt64BE(BigInt(now), 35)
    // No producer id: neither idempotent nor in a transaction.
    bytes.writeBigInt64BE(-1n, 43)
    bytes.writeInt32BE(count, 57)
  }

  record(record: Outgoing | undefined, size: number, offsetDelta: number): void {
    if (record === undefined) return
    const { key, value, headers = {} } = record
    this.#varint(size)
    this.#bytes[this.#at++] = 0
    this.#bytes[this.#at++] = 0
    this.#varint(offsetDelta)
    if (typeof key === 'string') this.#text(key)
    else this.#data(key ?? null)
    this.#data(value)
    this.#varint(headerCount(headers))
    for (const name in headers) this.#header(name, headers[name])
  }

  finish(): Buffer {
    const bytes = this.#bytes
    bytes.writeUInt32BE(crc32c(bytes, CRC_FROM, bytes.length), CRC_AT)
    return bytes
  }

  #header(name: string, value: HeaderValue): void {
    if (typeof value === 'string') {
      this.#text(name)
      this.#text(value)
      return
    }
    for (const one of valuesOf(value)) {
      this.#text(name)
      if (typeof one === 'string') this.#text(one)
      else this.#data(one)
    }
  }

  #text(text: string): void {
    const length = Buffer.byteLength(text)
    this.#varint(length)
    // As many bytes as characters: ASCII. Short ones are copied faster than handed over to native code.
    if (length === text.length && length < 48)
      for (let i = 0; i < length; i++) this.#bytes[this.#at + i] = text.charCodeAt(i)
    else this.#bytes.write(text, this.#at)
    this.#at += length
  }

  #data(data: Uint8Array | null): void {
    this.#varint(data === null ? -1 : data.length)
    if (data === null) return
    this.#bytes.set(data, this.#at)
    this.#at += data.length
  }

  /** Zigzag: small negative numbers are short, too. */
  #varint(value: number): void {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0
    for (; rest > 127; rest >>>= 7) this.#bytes[this.#at++] = (rest & 127) | 128
    this.#bytes[this.#at++] = rest
  }
}

function bodySize({ key, value, headers = {} }: Outgoing, offsetDelta: number): number {
  let size = FIXED_RECORD_BYTES + varintSize(offsetDelta) + varintSize(headerCount(headers))
  size += lengthOf(typeof key === 'string' ? Buffer.byteLength(key) : (key?.length ?? -1))
  size += lengthOf(value?.length ?? -1)
  for (const name in headers) {
    const header = headers[name]
    const nameSize = lengthOf(Buffer.byteLength(name))
    if (typeof header === 'string') size += nameSize + lengthOf(Buffer.byteLength(header))
    else for (const one of valuesOf(header)) size += nameSize + lengthOf(Buffer.byteLength(one))
  }
  return size
}

function headerCount(headers: Readonly<Record<string, HeaderValue>>): number {
  let count = 0
  for (const name in headers) {
    const value = headers[name]
    count += typeof value === 'string' ? 1 : valuesOf(value).length
  }
  return count
}

/** A header without a value is written as an empty one: readers tell the two apart in no useful way. */
function valuesOf(value: HeaderValue): readonly (Buffer | string)[] {
  const values = headerValues(value)
  return values.length === 0 ? [''] : values
}

/** Bytes of a length and what it measures; -1 = null. */
function lengthOf(length: number): number {
  return varintSize(length) + Math.max(0, length)
}

function varintSize(value: number): number {
  const rest = ((value << 1) ^ (value >> 31)) >>> 0
  return rest < 1 << 7 ? 1 : rest < 1 << 14 ? 2 : rest < 1 << 21 ? 3 : rest < 1 << 28 ? 4 : 5
}
