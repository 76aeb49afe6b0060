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
/** Most records are between 64 and 8,191 bytes long, which as a varint is this many. */
const USUAL_SIZE_BYTES = 2
/** What a record, or a header, has besides its texts and data, at most. */
const OVERHEAD_BYTES = 32

/**
 * Encodes records `from` … as one record batch (message format 2, not compressed), as many as MAX_BATCH_BYTES takes
 * and at least one. kafkajs does the same with some twenty buffers a record; this is one pass over one buffer.
 */
export function encodeRecordBatch(records: readonly Outgoing[], from: number, now: EpochMs): RecordBatch {
  writer.begin()
  let next = from
  for (; next < records.length; next++) {
    const record = records[next]
    if (record === undefined || !writer.record(record, next - from)) break
  }
  return { bytes: writer.finish(next - from, now), next }
}

class BatchWriter {
  #bytes = Buffer.allocUnsafeSlow(1 << 16)
  #at = HEADER_BYTES

  begin(): void {
    this.#at = HEADER_BYTES
  }

  /** False: the record does not fit into this batch, and is not in it. */
  record(record: Outgoing, offsetDelta: number): boolean {
    const start = this.#at
    this.#reserve(mostBytes(record))
    this.#at = start + USUAL_SIZE_BYTES
    this.#body(record, offsetDelta)
    const size = this.#at - start - USUAL_SIZE_BYTES
    const sizeBytes = varintSize(size)
    if (sizeBytes !== USUAL_SIZE_BYTES)
      this.#bytes.copyWithin(start + sizeBytes, start + USUAL_SIZE_BYTES, start + USUAL_SIZE_BYTES + size)
    const end = start + sizeBytes + size
    this.#at = start
    if (offsetDelta > 0 && end > MAX_BATCH_BYTES) return false
    this.#varint(size)
    this.#at = end
    return true
  }

  /** The batch, in memory of its own. */
  finish(count: number, now: EpochMs): Buffer {
    const bytes = Buffer.allocUnsafeSlow(this.#at)
    this.#bytes.copy(bytes, HEADER_BYTES, HEADER_BYTES, this.#at)
    writeHeader(bytes, count, now)
    bytes.writeUInt32BE(crc32c(bytes, CRC_FROM, bytes.length), CRC_AT)
    return bytes
  }

  #body({ key, value, headers = {} }: Outgoing, offsetDelta: number): void {
    // Attributes and timestamp delta.
    this.#bytes[this.#at++] = 0
    this.#bytes[this.#at++] = 0
    this.#varint(offsetDelta)
    if (typeof key === 'string') this.#text(key)
    else this.#data(key ?? null)
    this.#data(value)
    this.#varint(headerCount(headers))
    for (const name in headers) this.#header(name, headers[name])
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
    const from = this.#at
    if (text.length < 64) {
      // Short and ASCII, as nearly all: copied faster than handed over to native code. Its length is one byte.
      const bytes = this.#bytes
      let at = from
      bytes[at++] = text.length * 2
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        if (code > 127) return this.#longText(text)
        bytes[at++] = code
      }
      this.#at = at
    } else this.#longText(text)
  }

  #longText(text: string): void {
    this.#varint(Buffer.byteLength(text))
    this.#at += this.#bytes.write(text, this.#at)
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

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + more))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
  }
}

/** One for all, as encoding is synchronous: a new one each time would be a megabyte for the collector. */
const writer = new BatchWriter()

function writeHeader(bytes: Buffer, count: number, now: EpochMs): void {
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

/** No record has more: a character is at most three bytes. */
function mostBytes({ key, value, headers = {} }: Outgoing): number {
  let most = OVERHEAD_BYTES + 3 * (key?.length ?? 0) + (value?.length ?? 0)
  for (const name in headers) {
    const header = headers[name]
    if (typeof header === 'string') most += OVERHEAD_BYTES + 3 * (name.length + header.length)
    else for (const one of valuesOf(header)) most += OVERHEAD_BYTES + 3 * (name.length + one.length)
  }
  return most
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

function varintSize(value: number): number {
  const rest = value << 1
  return rest < 1 << 7 ? 1 : rest < 1 << 14 ? 2 : rest < 1 << 21 ? 3 : rest < 1 << 28 ? 4 : 5
}
