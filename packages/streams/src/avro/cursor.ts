/** Bytes that are not what their schema says. `field` is the number the decoder gave to the field it was at. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}

/** What `Buffer.toString` calls, after it has asked itself as much again: not in its type, but as old as Node itself. */
type Sliceable = Buffer & Readonly<{ utf8Slice(from: number, to: number): string }>

/** A varint of more than 5 (int) or 10 (long) bytes is none. */
const LONGEST_VARINT = 10
const INT_BITS = 28
const NO_FIELD = -1

/**
 * Reads Avro's binary encoding and never past the end of it. avsc reads on past the end and finds out
 * afterwards, so that a flipped bit in the length of an array can keep it busy for minutes.
 */
export class Cursor {
  bytes = Buffer.alloc(0) as Sliceable
  pos = 0
  /** Number of the field that is being read, for the message if it is malformed. */
  field = 0

  start(bytes: Buffer, pos: number): void {
    this.bytes = bytes as Sliceable
    this.pos = pos
    this.field = 0
  }

  fail(message: string): never {
    throw new Malformed(message)
  }

  end(): void {
    const left = this.bytes.length - this.pos
    if (left < 0) this.fail('The value ends too early.')
    if (left === 0) return
    // No field of ours holds them.
    this.field = NO_FIELD
    this.fail(`${left} bytes are left over.`)
  }

  boolean(): boolean {
    const byte = this.bytes[this.pos++]
    if (byte === 1) return true
    return byte === 0 ? false : this.fail('A boolean is neither 0 nor 1, or missing.')
  }

  /** A whole number between -(2^53 - 1) and 2^53 - 1; larger ones cannot be told from their neighbours. */
  long(): number {
    const { bytes } = this
    let pos = this.pos
    let byte = bytes[pos++] ?? this.fail('The value ends too early.')
    let sum = byte & 0x7f
    for (let shift = 7; byte >= 0x80 && shift < INT_BITS; shift += 7) {
      byte = bytes[pos++] ?? this.fail('The value ends too early.')
      sum |= (byte & 0x7f) << shift
    }
    if (byte >= 0x80) return this.#longTail(pos, sum)
    this.pos = pos
    return (sum >>> 1) ^ -(sum & 1)
  }

  /** What of a varint is above 28 bits, by multiplication: shifts end at 32. */
  #longTail(from: number, low: number): number {
    const { bytes } = this
    let pos = from
    let sum = low
    let factor = 2 ** INT_BITS
    let byte = 0x80
    while (byte >= 0x80) {
      if (pos - this.pos >= LONGEST_VARINT) this.fail('A whole number has too many bytes.')
      byte = bytes[pos++] ?? this.fail('The value ends too early.')
      sum += (byte & 0x7f) * factor
      factor *= 128
    }
    const value = sum % 2 === 0 ? sum / 2 : -(sum + 1) / 2
    if (!Number.isSafeInteger(value)) this.fail('A whole number is beyond 2^53.')
    this.pos = pos
    return value
  }

  int(): number {
    const value = this.long()
    return value === (value | 0) ? value : this.fail('A whole number is beyond 32 bits.')
  }

  skipLong(): void {
    const { bytes } = this
    let pos = this.pos
    while ((bytes[pos++] ?? this.fail('The value ends too early.')) >= 0x80) {
      if (pos - this.pos >= LONGEST_VARINT) this.fail('A whole number has too many bytes.')
    }
    this.pos = pos
  }

  float(): number {
    return this.bytes.readFloatLE(this.#advance(4))
  }

  double(): number {
    return this.bytes.readDoubleLE(this.#advance(8))
  }

  string(): string {
    const length = this.long()
    const from = this.#advance(length)
    return this.bytes.utf8Slice(from, from + length)
  }

  /** In memory of its own: the batch it came in can be let go. */
  copy(length: number): Buffer {
    const from = this.#advance(length)
    return Buffer.from(this.bytes.subarray(from, from + length))
  }

  skip(length: number): void {
    this.#advance(length)
  }

  /** Which of `count` branches or symbols follows. */
  index(count: number): number {
    const index = this.long()
    return index >= 0 && index < count ? index : this.fail(`Choice ${index} of ${count} does not exist.`)
  }

  /** How many items the next block of an array or map has; 0 ends it. No item is smaller than a byte. */
  block(): number {
    let count = this.long()
    if (count < 0) {
      count = -count
      this.skipLong()
    }
    if (count > this.bytes.length - this.pos) this.fail(`${count} items do not fit into what is left.`)
    return count
  }

  /** The old position, `length` bytes before the new one. */
  #advance(length: number): number {
    const from = this.pos
    const to = from + length
    if (length < 0 || to > this.bytes.length) this.fail('A text or number reaches past the end.')
    this.pos = to
    return from
  }
}
