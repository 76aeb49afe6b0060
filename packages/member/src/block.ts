import {
  BLOCK_HEADER_BYTES,
  BLOCK_VERSION,
  FACT_HEADER_BYTES,
  FACT_KINDS,
  MAX_BLOCK_BYTES,
  MAX_BLOCK_FACTS,
  MAX_SUBJECT_BYTES,
  OUTCOMES,
} from './block-layout.ts'
import { FactCursor } from './cursor.ts'
import type { Fact } from './fact.ts'
import { storedNumber } from './vocabulary.ts'

const encoder = new TextEncoder()

/** Packs facts for one partition into blocks of at most MAX_BLOCK_FACTS facts and MAX_BLOCK_BYTES bytes. */
export class BlockWriter {
  #bytes = new Uint8Array(4096)
  #view = new DataView(this.#bytes.buffer)
  #at = BLOCK_HEADER_BYTES
  #count = 0

  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#at
  }

  /** False: the block is full and the fact is not in it. Throws a RangeError on a subject or payload that fits no block. */
  add(fact: Fact): boolean {
    if (this.#count >= MAX_BLOCK_FACTS) return false
    const payload = payloadOf(fact)
    const most = FACT_HEADER_BYTES + fact.subject.length * 3 + (payload?.length ?? 0)
    if (most > 65_535) throw new RangeError(`A ${fact.kind} fact of ${most} bytes fits no block.`)
    if (this.#at + most > MAX_BLOCK_BYTES && this.#count > 0) return false
    this.#reserve(most)
    const start = this.#at
    const subject = this.#writeText(fact.subject, start + FACT_HEADER_BYTES)
    if (subject > MAX_SUBJECT_BYTES)
      throw new RangeError(`A subject of ${subject} bytes; ${MAX_SUBJECT_BYTES} are allowed.`)
    if (payload !== undefined) this.#bytes.set(payload, start + FACT_HEADER_BYTES + subject)
    this.#at = start + FACT_HEADER_BYTES + subject + (payload?.length ?? 0)
    this.#writeHeader(fact, start, subject)
    this.#count++
    return true
  }

  /** The block, in memory of its own; the writer is empty again. */
  finish(): Uint8Array {
    this.#view.setUint8(0, BLOCK_VERSION)
    this.#view.setUint8(1, 0)
    this.#view.setUint16(2, this.#count)
    const block = this.#bytes.slice(0, this.#at)
    this.#at = BLOCK_HEADER_BYTES
    this.#count = 0
    return block
  }

  #writeHeader(fact: Fact, start: number, subject: number): void {
    const view = this.#view
    const { source } = fact
    view.setUint16(start, this.#at - start)
    view.setUint8(start + 2, FACT_KINDS.indexOf(fact.kind))
    view.setUint8(start + 3, source.stream)
    view.setUint16(start + 4, source.partition)
    view.setUint16(start + 6, Math.floor(source.offset / 0x1_0000_0000))
    view.setUint32(start + 8, source.offset >>> 0)
    view.setUint8(start + 12, source.index)
    view.setUint8(start + 13, detailOf(fact))
    view.setUint8(start + 14, fact.kind === 'activity' ? Math.round(fact.trust * 100) : 100)
    view.setUint8(start + 15, subject)
    view.setUint32(start + 16, fact.idHi)
    view.setUint32(start + 20, fact.idLo)
    view.setFloat64(start + 24, fact.at)
    view.setFloat32(start + 32, fact.kind === 'activity' ? fact.amount : 0)
  }

  #writeText(text: string, at: number): number {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 127) return encoder.encodeInto(text, this.#bytes.subarray(at)).written
      this.#bytes[at + i] = code
    }
    return text.length
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more))
    grown.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}

function detailOf(fact: Fact): number {
  switch (fact.kind) {
    case 'activity':
      return storedNumber(fact.signal)
    case 'transfer':
      return fact.sign === 1 ? 1 : 0
    case 'outcome':
      return OUTCOMES.indexOf(fact.outcome)
    case 'erasure':
      return fact.readmits ? 1 : 0
    case 'membership':
    case 'link':
    case 'unlink':
      return 0
  }
}

function payloadOf(fact: Fact): Uint8Array | undefined {
  switch (fact.kind) {
    case 'membership':
      return encoder.encode(JSON.stringify(fact.change))
    case 'link':
    case 'unlink':
      return encoder.encode(fact.member)
    case 'transfer':
      return fact.row
    case 'activity':
    case 'outcome':
    case 'erasure':
      return undefined
  }
}

/** How many facts a block says it holds; throws when the bytes are no block of a known version. */
export function factsInBlock(block: Uint8Array): number {
  return new FactCursor(block).count
}

/** All facts of a block as objects: for tests and for printing. Throws on a block that is cut or broken. */
export function readBlock(block: Uint8Array): Fact[] {
  const cursor = new FactCursor(block)
  const facts: Fact[] = []
  while (cursor.next()) facts.push(cursor.fact())
  return facts
}
