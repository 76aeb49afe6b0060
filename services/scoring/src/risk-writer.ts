import { CHANGE, CHANGE_SLOTS, type Chunk } from '@perennial/engine'
import { type EpochMs, memberIdOf } from '@perennial/member'
import { SCORE, SCORE_SLOTS, type Scorer } from '@perennial/risk'
import { ByteWriter } from './byte-writer.ts'

/** Bytes of a member-risk value besides its texts and contributions, at most; and of what the outbox puts before it. */
const FIXED_BYTES = 256
/** A contribution besides its name: two doubles. */
const CONTRIBUTION_BYTES = 16
/** Avro's numbers of the symbols, by our stored numbers: see schemas/member-risk/v1.avsc. */
const BANDS = [0, 0, 1, 2] as const
const RENEWAL = 0
const ACTIVITY = 1

/**
 * Writes changes of risk as member-risk values in the wire format, straight
 * from their numbers: through objects and the general encoder this was most of
 * what scoring costs. `risk-writer.test.ts` holds it against that encoder, which knows the schema.
 */
export class RiskWriter {
  readonly #schemaId: number
  readonly #modelId: Buffer
  /** Each with its length before it. */
  readonly #names: readonly Buffer[]
  readonly #mostBytes: number

  constructor({ model, contributionNames }: Pick<Scorer, 'model' | 'contributionNames'>, schemaId: number) {
    this.#schemaId = schemaId
    this.#modelId = prefixed(model.id)
    this.#names = contributionNames.map(prefixed)
    const names = this.#names.reduce((sum, { length }) => sum + length + CONTRIBUTION_BYTES, 0)
    this.#mostBytes = FIXED_BYTES + this.#modelId.length + names
  }

  /**
   * Appends change `n` of the chunk as an entry of the outbox: member id, version,
   * time, whether by a change of model, value. `replay`: history is being worked through, and nobody is to act on it;
   * nor on a change of model.
   */
  entry(out: ByteWriter, { keys, risks }: Chunk, n: number, replay: (asOf: EpochMs) => boolean): void {
    const { numbers } = risks
    const start = risks.start(n)
    const memberId = memberIdOf(keys[numbers[start + CHANGE.place] ?? -1] ?? '')
    const asOf = numbers[start + CHANGE_SLOTS + SCORE.at] ?? 0
    out.reserve(this.#mostBytes + 6 * memberId.length)
    const idLength = out.skipU32()
    out.u32At(idLength, out.text(memberId))
    out.u32(numbers[start + CHANGE.version] ?? 0)
    out.f64(asOf)
    const byModel = numbers[start + CHANGE.byModel] === 1
    out.u8(byModel ? 1 : 0)
    const length = out.skipU32()
    const from = out.length
    this.#value(out, memberId, numbers, start)
    out.u8(byModel || replay(asOf) ? 1 : 0)
    out.u32At(length, out.length - from)
  }

  /** The fields in the order of the schema, but the last. */
  #value(out: ByteWriter, memberId: string, numbers: Float64Array, start: number): void {
    const change = (slot: number) => numbers[start + slot] ?? 0
    const score = (slot: number) => numbers[start + CHANGE_SLOTS + slot] ?? 0
    out.u8(0)
    out.u32(this.#schemaId)
    writeText(out, memberId)
    out.long(change(CHANGE.version))
    out.long(score(SCORE.at))
    out.long(change(CHANGE.bySilence))
    out.double(score(SCORE.lapseRisk))
    out.long(score(SCORE.forRenewal) === 1 ? RENEWAL : ACTIVITY)
    out.long(score(SCORE.horizonAt))
    out.double(score(SCORE.engagementScore))
    out.long(BANDS[change(CHANGE.band)] ?? 0)
    writePreviousBand(out, change(CHANGE.previousBand))
    out.long(change(CHANGE.bandSince))
    out.double(score(SCORE.confidence))
    out.double(score(SCORE.valueAtRisk))
    out.double(score(SCORE.dues))
    out.bytes(this.#modelId)
    this.#contributions(out, numbers, start + CHANGE_SLOTS + SCORE_SLOTS)
    out.double(score(SCORE.logit))
    out.long(change(CHANGE.status))
    writeTime(out, change(CHANGE.termStart))
    writeTime(out, change(CHANGE.termEnd))
    writeTime(out, change(CHANGE.joinedAt))
    writePreviousRisk(out, change(CHANGE.previousRisk))
  }

  /** What adds nothing is left out: the sum is the same, and the record half as long. */
  #contributions(out: ByteWriter, numbers: Float64Array, from: number): void {
    const names = this.#names
    let count = 0
    for (let k = 0; k < names.length; k++) if (numbers[from + 2 * k + 1] !== 0) count++
    if (count > 0) out.long(count)
    for (let k = 0; k < names.length; k++) {
      const contribution = numbers[from + 2 * k + 1] ?? 0
      const name = names[k]
      if (contribution === 0 || name === undefined) continue
      const value = numbers[from + 2 * k] ?? 0
      out.bytes(name)
      out.double(Number.isNaN(value) ? 0 : value)
      out.double(contribution)
    }
    out.u8(0)
  }
}

function prefixed(text: string): Buffer {
  const out = new ByteWriter()
  out.long(Buffer.byteLength(text))
  return Buffer.concat([out.finish(), Buffer.from(text)])
}

function writeText(out: ByteWriter, text: string): void {
  out.long(Buffer.byteLength(text))
  out.text(text)
}

function writePreviousBand(out: ByteWriter, band: number): void {
  if (band === 0) out.long(0)
  else {
    out.long(1)
    out.long(BANDS[band] ?? 0)
  }
}

/** 0 = unknown, null in Avro. */
function writeTime(out: ByteWriter, at: EpochMs): void {
  if (at === 0) out.long(0)
  else {
    out.long(1)
    out.long(at)
  }
}

function writePreviousRisk(out: ByteWriter, risk: number): void {
  if (Number.isNaN(risk)) out.long(0)
  else {
    out.long(1)
    out.double(risk)
  }
}
