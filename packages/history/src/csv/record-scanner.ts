/** A longer record is a quote that nobody closed, or no text at all. */
export const MAX_RECORD_BYTES = 65_536
/** Fields beyond this are counted but not kept. */
export const MAX_FIELDS = 512

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const QUOTE = 34
const COMMA = 44

/** The fields of one record, as places in `bytes`. Filled anew for each record: use it before the next one. */
export type Fields = {
  bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  count: number
  /** Line of the file on which the record begins, from 1. */
  line: number
}

/** What can be wrong with a record as such. */
export type Flaw = 'open-quote' | 'after-quote' | 'too-long'

export type RecordSink = Readonly<{
  record(fields: Fields): void
  broken(flaw: Flaw, line: number): void
}>

const INCOMPLETE = -1
const BROKEN = -2

/**
 * Splits the bytes of a CSV file (RFC 4180: quotes, doubled quotes, line ends inside quotes, CRLF or LF) into records,
 * without making a string of anything. Blanks around a field without quotes are no part of it; blank lines are no
 * records. After something that is no record it goes on at the next line.
 */
export class RecordScanner {
  readonly #sink: RecordSink
  readonly #fields: Fields = {
    bytes: new Uint8Array(0),
    starts: new Int32Array(MAX_FIELDS),
    ends: new Int32Array(MAX_FIELDS),
    count: 0,
    line: 1,
  }
  #rest: Uint8Array = new Uint8Array(0)
  #line = 1
  /** Inside a record that has been given up: up to the next line end. */
  #skipping = false
  /** Line ends inside the quotes of the record at hand. */
  #linesInside = 0
  /** Which fields of the record at hand hold doubled quotes. Made single when it is complete: until then it may be read again. */
  readonly #doubled: number[] = []

  constructor(sink: RecordSink) {
    this.#sink = sink
  }

  /** The next bytes of the file. They are used up: doubled quotes are made single in place. */
  push(chunk: Uint8Array): void {
    this.#scan(this.#rest.length === 0 ? chunk : joined(this.#rest, chunk), false)
  }

  /** There is no more. */
  end(): void {
    this.#scan(this.#rest, true)
  }

  #scan(bytes: Uint8Array, last: boolean): void {
    let at = this.#skipping ? this.#skip(bytes, 0) : 0
    while (at < bytes.length) {
      const next = this.#record(bytes, at, last)
      if (next === INCOMPLETE) break
      at = next
    }
    this.#rest = bytes.subarray(at)
  }

  /** Reads the record at `start`; the place after it, or INCOMPLETE while its end has not come. */
  #record(bytes: Uint8Array, start: number, last: boolean): number {
    const { length } = bytes
    let count = 0
    let from = start
    this.#linesInside = 0
    this.#doubled.length = 0
    for (;;) {
      const to = bytes[from] === QUOTE ? this.#quoted(bytes, from, count) : this.#plain(bytes, from, count)
      if (to === BROKEN) return this.#giveUp(bytes, start, 'after-quote')
      if (to === INCOMPLETE) {
        if (last || length - start > MAX_RECORD_BYTES) return this.#giveUp(bytes, start, 'open-quote')
        return INCOMPLETE
      }
      if (to >= length && !last) {
        return length - start > MAX_RECORD_BYTES ? this.#giveUp(bytes, start, 'too-long') : INCOMPLETE
      }
      count++
      if (to < length && bytes[to] === COMMA) {
        from = to + 1
        continue
      }
      this.#tell(bytes, from, count)
      return to + 1
    }
  }

  #tell(bytes: Uint8Array, lastFrom: number, count: number): void {
    const fields = this.#fields
    const blank = count === 1 && fields.starts[0] === fields.ends[0] && bytes[lastFrom] !== QUOTE
    if (!blank) {
      for (const field of this.#doubled)
        fields.ends[field] = madeSingle(bytes, fields.starts[field] ?? 0, fields.ends[field] ?? 0)
      fields.bytes = bytes
      fields.count = count
      fields.line = this.#line
      this.#sink.record(fields)
    }
    this.#line += 1 + this.#linesInside
  }

  /** A field without quotes; the place of the comma or line end after it, or the end of the bytes. */
  #plain(bytes: Uint8Array, start: number, field: number): number {
    const { length } = bytes
    let to = start
    for (; to < length; to++) {
      const byte = bytes[to] ?? 0
      // Most bytes of a file are above the comma.
      if (byte <= COMMA && (byte === COMMA || byte === LF)) break
    }
    if (field >= MAX_FIELDS) return to
    let from = start
    let end = to
    while (from < end && isBlank(bytes[from])) from++
    while (end > from && isBlank(bytes[end - 1])) end--
    this.#fields.starts[field] = from
    this.#fields.ends[field] = end
    return to
  }

  /** A field whose opening quote stands at `start`. INCOMPLETE without a closing one. */
  #quoted(bytes: Uint8Array, start: number, field: number): number {
    const { length } = bytes
    let doubled = false
    let at = start + 1
    for (; at < length; at++) {
      const byte = bytes[at]
      if (byte === LF) this.#linesInside++
      if (byte !== QUOTE) continue
      if (bytes[at + 1] !== QUOTE) break
      doubled = true
      at++
    }
    // A quote as the last of the bytes may be the first of a doubled one: only the end of the file decides.
    if (at >= length) return INCOMPLETE
    let to = at + 1
    while (to < length && isBlank(bytes[to])) to++
    if (to < length && bytes[to] !== COMMA && bytes[to] !== LF) return BROKEN
    if (field >= MAX_FIELDS) return to
    this.#fields.starts[field] = start + 1
    this.#fields.ends[field] = at
    if (doubled) this.#doubled.push(field)
    return to
  }

  /** What begins at `start` is no record: tells it, and goes on after the end of its line. */
  #giveUp(bytes: Uint8Array, start: number, flaw: Flaw): number {
    this.#sink.broken(flaw, this.#line)
    return this.#skip(bytes, start)
  }

  #skip(bytes: Uint8Array, from: number): number {
    const end = bytes.indexOf(LF, from)
    this.#skipping = end < 0
    if (end < 0) return bytes.length
    this.#line++
    return end + 1
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CR
}

/** Makes the doubled quotes between two places single, in place; where the text ends then. */
function madeSingle(bytes: Uint8Array, start: number, end: number): number {
  let to = start
  for (let from = start; from < end; from++) {
    bytes[to++] = bytes[from] ?? 0
    if (bytes[from] === QUOTE) from++
  }
  return to
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + tail.length)
  bytes.set(head)
  bytes.set(tail, head.length)
  return bytes
}
