import { CHANGE, CHANGE_SLOTS, type Chunk, type Withdrawal } from '@perennial/engine'
import { SCORE } from '@perennial/risk'
import { BlockWriter, DAY_MS, type EpochMs, type Fact, memberIdOf, partitionFor } from '@perennial/member'
import type { Outgoing, OutcomeRecord } from '@perennial/runtime'
import { REPLAY_BY_MODEL, REPLAY_CAUSE_HEADER } from '@perennial/streams'
import { ByteWriter } from './byte-writer.ts'
import type { RiskWriter } from './risk-writer.ts'

/*
 * What one commit sends, as one value: committed with the rows, published
 * after. Big-endian: u8 version · u32 blocks, each u32 partition, u32 length +
 * bytes · u32 risks, each u32 length + member id, u32 version, f64 time,
 * u8 1 = by a change of model, u32 length + value (none: what was said is withdrawn) · u32 length + outcomes as JSON.
 * Version 3 had no withdrawals, version 2 neither the u8 nor outcomes: what they left over is still published.
 */
const VERSION = 4
const BEFORE_WITHDRAWALS = 3
const BEFORE_MODELS = 2

type Block = Readonly<{ partition: number; value: Uint8Array }>

/** Facts for other rows, as blocks for their partitions, in the order they were numbered. */
export function blocksOf(forwards: readonly Fact[], partitions: number): Block[] {
  const writers = new Map<number, BlockWriter>()
  const blocks: Block[] = []
  for (const fact of forwards) {
    const partition = partitionFor(fact.subject, partitions)
    let writer = writers.get(partition)
    if (writer === undefined) writers.set(partition, (writer = new BlockWriter()))
    if (writer.add(fact)) continue
    blocks.push({ partition, value: writer.finish() })
    writer.add(fact)
  }
  for (const [partition, writer] of writers) blocks.push({ partition, value: writer.finish() })
  return blocks
}

// One for all, as packing is synchronous: a busy commit sends thousands of records.
const out = new ByteWriter()

/** What else than risks there is to say. */
export type Beside = Readonly<{ blocks: readonly Block[]; outcomes: readonly OutcomeRecord[] }>

/** Who is to hear of a change of risk. */
export type Audience = Readonly<{
  /** Others have heard of a risk as of then before. */
  replay: (asOf: EpochMs) => boolean
  /** Nobody is to hear of change `n`: the member was erased later in the log. */
  silent: (chunk: Chunk, n: number) => boolean
  /** All that is said instead of change `n` is that nothing is said of the member any more. */
  objected: (chunk: Chunk, n: number) => boolean
}>

/** Undefined: the chunk has nothing to say. */
export function packOutbox(
  chunk: Chunk,
  writer: RiskWriter,
  { blocks, outcomes }: Beside,
  { replay, silent, objected }: Audience,
): Buffer | undefined {
  const { risks, withdrawals } = chunk
  const told = Array.from({ length: risks.length }, (_, n) => n).filter((n) => !silent(chunk, n))
  if (told.length + withdrawals.length + blocks.length + outcomes.length === 0) return undefined
  out.reserve(16)
  out.u8(VERSION)
  out.u32(blocks.length)
  for (const { partition, value } of blocks) {
    out.reserve(16 + value.length)
    out.u32(partition)
    out.u32(value.length)
    out.bytes(value)
  }
  out.reserve(4)
  out.u32(told.length + withdrawals.length)
  let withdrawn = 0
  for (const n of [...told, Infinity]) {
    for (; (withdrawals[withdrawn]?.before ?? NaN) <= n; withdrawn++) withdraw(chunk, withdrawals[withdrawn])
    if (n === Infinity) break
    if (objected(chunk, n)) withdraw(chunk, changeAt(chunk, n))
    else writer.entry(out, chunk, n, replay)
  }
  const json = outcomes.length === 0 ? NOTHING : Buffer.from(JSON.stringify(outcomes))
  out.reserve(4 + json.length)
  out.u32(json.length)
  out.bytes(json)
  return out.finish()
}

function changeAt({ risks }: Chunk, n: number): Withdrawal {
  const start = risks.start(n)
  const number = (slot: number) => risks.numbers[start + slot] ?? 0
  return { place: number(CHANGE.place), before: n, at: number(CHANGE_SLOTS + SCORE.at) }
}

function withdraw({ keys }: Chunk, withdrawal: Withdrawal | undefined): void {
  const memberId = Buffer.from(memberIdOf(keys[withdrawal?.place ?? -1] ?? ''))
  out.reserve(32 + memberId.length)
  out.u32(memberId.length)
  out.bytes(memberId)
  out.u32(0)
  out.f64(withdrawal?.at ?? 0)
  out.u8(0)
  out.u32(0)
}

const NOTHING = Buffer.alloc(0)

/** What an outbox entry sends: risks to the partition of their state, facts for other rows, and how predictions came out. */
export type Unpacked = Readonly<{ risks: Outgoing[]; activity: Outgoing[]; outcomes: readonly OutcomeRecord[] }>

/** Throws on bytes of another version. */
export function unpackOutbox(bytes: Buffer, partition: number): Unpacked {
  const version = bytes[0]
  if (version !== VERSION && version !== BEFORE_WITHDRAWALS && version !== BEFORE_MODELS)
    throw new Error(`An outbox entry has version ${version}; this program knows ${VERSION}.`)
  let at = 1
  const number = () => bytes.readUInt32BE((at += 4) - 4)
  const slice = () => {
    const length = number()
    at += length
    return bytes.subarray(at - length, at)
  }
  const activity: Outgoing[] = []
  for (let left = number(); left > 0; left--) activity.push({ partition: number(), value: slice() })
  const risks: Outgoing[] = []
  for (let left = number(); left > 0; left--) {
    const length = number()
    const memberId = bytes.toString('utf8', at, (at += length))
    const riskVersion = number()
    const asOf = bytes.readDoubleBE((at += 8) - 8)
    const headers = cloudEvent(memberId, riskVersion, asOf)
    if (version > BEFORE_MODELS && bytes[at++] === 1) headers[REPLAY_CAUSE_HEADER] = REPLAY_BY_MODEL
    const value = slice()
    risks.push({ key: memberId, headers, value: value.length === 0 ? null : value, partition })
  }
  const told = version > BEFORE_MODELS ? slice() : NOTHING
  return { risks, activity, outcomes: told.length === 0 ? [] : (JSON.parse(told.toString()) as OutcomeRecord[]) }
}

/** CloudEvents 1.0 headers (binary mode): what it is, from where, about whom, when. */
function cloudEvent(memberId: string, version: number, asOf: EpochMs): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: `${memberId}.${version}`,
    ce_source: '/perennial/scoring',
    ce_type: 'org.perennial.member-risk.v1',
    ce_time: isoTime(asOf),
    ce_subject: memberId,
    'content-type': 'application/avro',
  }
}

const digits = (count: number, width: number) => Array.from({ length: count }, (_, n) => String(n).padStart(width, '0'))
const TWO = digits(60, 2)
const THREE = digits(1_000, 3)
/** The dates of the days seen last, by day modulo their number: records of one commit are of few days, but not of one. */
const DATES = 64
const days = new Float64Array(DATES).fill(NaN)
const dates: string[] = []

/** As `Date.toISOString`, in a tenth of its time. */
function isoTime(at: EpochMs): string {
  const day = Math.floor(at / DAY_MS)
  const place = ((day % DATES) + DATES) % DATES
  if (days[place] !== day) {
    days[place] = day
    dates[place] = new Date(day * DAY_MS).toISOString().slice(0, -13)
  }
  const ms = Math.floor(at - day * DAY_MS)
  const seconds = Math.floor(ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  return `${dates[place]}${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}:${TWO[seconds % 60]}.${THREE[ms % 1_000]}Z`
}
