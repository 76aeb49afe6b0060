import { Fault } from '../fault.ts'
import type { Headers, LogRecord } from '../ports.ts'
import type { BatchRecords } from './record-set.ts'

/**
 * A record where it lies: key, value and headers are read when they are asked for. A fetch brings thousands of records,
 * which are kept until the last of them is done: views of all of them would be most of what there is to keep.
 */
class LazyRecord implements LogRecord {
  readonly offset: number
  readonly timestamp: number
  readonly #bytes: Buffer
  readonly #keyAt: number
  readonly #keyLength: number
  readonly #valueAt: number
  readonly #headersAt: number

  constructor(walker: RecordWalker) {
    this.offset = walker.offset
    this.timestamp = walker.timestamp
    this.#bytes = walker.bytes
    this.#keyAt = walker.keyAt
    this.#keyLength = walker.keyLength
    this.#valueAt = walker.valueLength < 0 ? -1 : walker.valueAt
    this.#headersAt = walker.headersAt
  }

  get key(): Buffer | null {
    return slice(this.#bytes, this.#keyAt, this.#keyLength)
  }

  get value(): Buffer | null {
    return this.#valueAt < 0 ? null : this.#bytes.subarray(this.#valueAt, this.#headersAt)
  }

  get headers(): Headers | undefined {
    return readHeaders(this.#bytes, this.#headersAt, this.offset)
  }
}

/** Goes through the records of a batch (message format 2). Throws a Fault where they are broken. */
export class RecordWalker {
  readonly bytes: Buffer
  offset = 0
  timestamp = 0
  keyAt = 0
  keyLength = 0
  valueAt = 0
  valueLength = 0
  headersAt = 0
  readonly #records: BatchRecords
  readonly #varint: Varints
  #left: number

  constructor(records: BatchRecords) {
    this.bytes = records.bytes
    this.#records = records
    this.#varint = new Varints(records.bytes, 0)
    this.#left = records.count
  }

  get done(): boolean {
    return this.#left === 0
  }

  next(): LogRecord {
    this.skip()
    return new LazyRecord(this)
  }

  /** As `next`, without the record. */
  skip(): void {
    const { baseOffset, firstTimestamp, appendedAt } = this.#records
    const varint = this.#varint
    const length = varint.read()
    const end = varint.at + length
    // So that NaN, at the end of the bytes, is not taken for a length.
    if (!(length >= 0 && end <= this.bytes.length)) throw brokenBatch(baseOffset)
    this.#left--
    // The attributes of a record are not used.
    varint.at++
    const timestampDelta = varint.read()
    this.timestamp = appendedAt ?? firstTimestamp + timestampDelta
    this.offset = baseOffset + varint.read()
    this.keyLength = varint.read()
    this.keyAt = varint.at
    varint.at += Math.max(0, this.keyLength)
    this.valueLength = varint.read()
    this.valueAt = varint.at
    this.headersAt = varint.at + Math.max(0, this.valueLength)
    if (!(this.headersAt <= end)) throw brokenBatch(baseOffset)
    varint.at = end
  }
}

/** Numbers in Kafka's variable length, zigzag. */
class Varints {
  readonly #bytes: Buffer
  at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  /** Exact up to 2^53; NaN at the end of the bytes. */
  read(): number {
    const first = this.#bytes[this.at++] ?? Number.NaN
    if (first < 128) return (first >>> 1) ^ -(first & 1)
    let value = first & 127
    let scale = 128
    for (;;) {
      const byte = this.#bytes[this.at++] ?? Number.NaN
      value += (byte & 127) * scale
      if (!(byte >= 128)) return Number.isNaN(byte) ? Number.NaN : unzigzag(value)
      scale *= 128
    }
  }
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}

function readHeaders(bytes: Buffer, at: number, offset: number): Headers | undefined {
  const varint = new Varints(bytes, at)
  let left = varint.read()
  if (left === 0) return undefined
  // A map, for a header may be called `constructor` or `__proto__`.
  const headers = new Map<string, Buffer | Buffer[]>()
  for (; left > 0; left--) {
    // A count that is broken may be of any size.
    if (!(varint.at < bytes.length))
      throw new Fault('log/corrupt', `The headers of the record at offset ${offset} are broken.`)
    const name = text(varint, bytes)
    const value = data(varint, bytes) ?? Buffer.alloc(0)
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(headers)
}

function text(varint: Varints, bytes: Buffer): string {
  return data(varint, bytes)?.toString() ?? ''
}

function data(varint: Varints, bytes: Buffer): Buffer | null {
  const length = varint.read()
  varint.at += Math.max(0, length)
  return slice(bytes, varint.at - Math.max(0, length), length)
}

/** A length below zero stands for null. */
function slice(bytes: Buffer, at: number, length: number): Buffer | null {
  return length < 0 ? null : bytes.subarray(at, at + length)
}

export function brokenBatch(baseOffset: number, cause?: unknown): Fault {
  return new Fault('log/corrupt', `The record batch at offset ${baseOffset} is broken.`, { cause })
}
