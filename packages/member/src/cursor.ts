import {
  ACTIVITY,
  BLOCK_HEADER_BYTES,
  BLOCK_VERSION,
  FACT_HEADER_BYTES,
  FACT_KINDS,
  FACTS_PER_RECORD,
  MEMBERSHIP,
  OUTCOMES,
  TRANSFER,
} from './block-layout.ts'
import { changeProblem } from './change-problem.ts'
import { rowProblem } from './encode.ts'
import { type Fact, type MembershipChange, STREAM_CODES } from './fact.ts'
import type { SubjectKey } from './subject.ts'
import { signalOfStored, unknownSignal, type Vocabulary } from './vocabulary.ts'

const decoder = new TextDecoder()

/**
 * Walks the facts of a block without an object per fact: `next()` moves on and
 * fills the fields. The layout is told in `block.ts`.
 */
export class FactCursor {
  readonly count: number
  kind = 0
  stream = 0
  partition = 0
  offset = 0
  index = 0
  detail = 0
  trust = 0
  idHi = 0
  idLo = 0
  at = 0
  amount = 0
  readonly #bytes: Uint8Array
  readonly #buffer: Buffer
  readonly #view: DataView
  #start = 0
  #end = BLOCK_HEADER_BYTES
  #left: number

  /** Throws when the bytes are no block of a known version. */
  constructor(block: Uint8Array) {
    this.#bytes = block
    this.#buffer = Buffer.from(block.buffer, block.byteOffset, block.length)
    this.#view = new DataView(block.buffer, block.byteOffset, block.length)
    if (block.length < BLOCK_HEADER_BYTES || block[0] !== BLOCK_VERSION)
      throw new Error(
        `Not a member-activity block: ${block.length} bytes, version ${block[0]}, known is ${BLOCK_VERSION}.`,
      )
    this.count = this.#view.getUint16(2)
    this.#left = this.count
  }

  /** False at the end. Throws when the block is cut, or holds what no fact has. */
  next(): boolean {
    if (this.#left === 0) {
      if (this.#end !== this.#bytes.length) throw new Error('A member-activity block has bytes after its last fact.')
      return false
    }
    this.#left--
    const view = this.#view
    const s = (this.#start = this.#end)
    if (s + FACT_HEADER_BYTES > this.#bytes.length) throw new Error('A member-activity block is cut.')
    this.#end = s + view.getUint16(s)
    if (this.#end > this.#bytes.length || s + FACT_HEADER_BYTES + view.getUint8(s + 15) > this.#end)
      throw new Error('A fact is longer than its member-activity block.')
    this.kind = view.getUint8(s + 2)
    this.stream = view.getUint8(s + 3)
    this.partition = view.getUint16(s + 4)
    this.offset = view.getUint16(s + 6) * 0x1_0000_0000 + view.getUint32(s + 8)
    this.index = view.getUint8(s + 12)
    this.detail = view.getUint8(s + 13)
    this.trust = view.getUint8(s + 14) / 100
    this.idHi = view.getUint32(s + 16)
    this.idLo = view.getUint32(s + 20)
    this.at = view.getFloat64(s + 24)
    this.amount = view.getFloat32(s + 32)
    return true
  }

  /** What keeps this fact from being folded into rows of this vocabulary, if anything: bytes may come from elsewhere or be damaged. */
  problem(vocabulary: Vocabulary): string | undefined {
    if (this.kind >= FACT_KINDS.length) return `kind ${this.kind} is unknown`
    if (this.kind === ACTIVITY && this.signal >= vocabulary.signals.length)
      return unknownSignal(vocabulary, this.detail)
    if (!Number.isFinite(this.at)) return 'the time is no number'
    if (!(this.amount >= 0) || this.amount === Infinity) return `the amount ${this.amount} is no amount`
    if (this.kind === MEMBERSHIP) return changeProblem(decoder.decode(this.payload()))
    return this.kind === TRANSFER ? rowProblem(this.payload(), vocabulary) : undefined
  }

  /** The signal of an activity; above all signals for one that this program does not know. */
  get signal(): number {
    return signalOfStored(this.detail)
  }

  /** True for what another row passed on. */
  get passedOn(): boolean {
    return this.stream === STREAM_CODES['member-activity']
  }

  /** One number that rises along a source partition. */
  get position(): number {
    return this.offset * FACTS_PER_RECORD + this.index
  }

  key(): SubjectKey {
    const from = this.#start + FACT_HEADER_BYTES
    const to = from + this.#view.getUint8(this.#start + 15)
    for (let n = from; n < to; n++) {
      if ((this.#bytes[n] ?? 0) > 127) return decoder.decode(this.#bytes.subarray(from, to)) as SubjectKey
    }
    return this.#buffer.toString('latin1', from, to) as SubjectKey
  }

  payload(): Uint8Array {
    return this.#bytes.subarray(this.#start + FACT_HEADER_BYTES + this.#view.getUint8(this.#start + 15), this.#end)
  }

  /** The fact as an object. */
  fact(): Fact {
    const { stream, partition, offset, index, idHi, idLo, at } = this
    const common = { subject: this.key(), source: { stream, partition, offset, index }, idHi, idLo, at }
    const kind = FACT_KINDS[this.kind]
    switch (kind) {
      case 'activity':
        return { ...common, kind, signal: this.signal, amount: this.amount, trust: this.trust }
      case 'membership':
        return { ...common, kind, change: JSON.parse(decoder.decode(this.payload())) as MembershipChange }
      case 'link':
      case 'unlink':
        return { ...common, kind, member: decoder.decode(this.payload()) as SubjectKey }
      case 'transfer':
        return { ...common, kind, sign: this.detail === 1 ? 1 : -1, row: this.payload() }
      case 'outcome':
        return { ...common, kind, outcome: OUTCOMES[this.detail] ?? 'failed' }
      case 'erasure':
        return { ...common, kind, readmits: this.detail === 1 }
      default:
        throw new Error(`A fact of kind ${this.kind} is unknown.`)
    }
  }
}
