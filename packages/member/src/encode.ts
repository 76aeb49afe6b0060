import {
  HALF_LIVES_DAYS,
  HEADER_SLOTS,
  newRows,
  RING_IDS_AT,
  RING_SIZE,
  RING_TIMES_AT,
  type Rows,
  SIGNAL_SLOTS,
  SLOT,
  signalSlot,
} from './rows.ts'
import { SIGNAL_COUNT } from './signals.ts'
import { MOST_OPEN_SIGNALS, signalOfStored, storedNumber, unknownSignal, type Vocabulary } from './vocabulary.ts'

/*
 * A stored row, little-endian:
 *   u8 version · u8 ring entries · u16 signals present (bit per signal) · u32 header slots present (bit per slot)
 *   f64 per present header slot
 *   per present signal: f64 per half-life, f64 last time, u32 count
 *   version 2 only: u8 number of further signals, then
 *     per further signal, in their order: u8 stored number, and as above
 *     u32 fingerprint of the open signals up to the last one here
 *   per ring entry: u32 seconds, u32 id high, u32 id low
 *   the tail, to the end
 * What is zero is not stored: most members use few signals. A row without further signals is written as version 1.
 */
export const ROW_VERSION = 2
const WITHOUT_FURTHER = 1

/** Signals that have a bit of their own; further ones, the open ones among them, are named by their number. */
const MASKED = 16

const HALVES = HALF_LIVES_DAYS.length
const SIGNAL_BYTES = (HALVES + 1) * 8 + 4
const FIXED_BYTES = 8
const MAX_SIGNALS_BYTES = (SIGNAL_COUNT + MOST_OPEN_SIGNALS) * (1 + SIGNAL_BYTES) + 5
const MAX_BYTES = FIXED_BYTES + HEADER_SLOTS * 8 + MAX_SIGNALS_BYTES + RING_SIZE * 12

const scratch = new Uint8Array(MAX_BYTES)
const out = new DataView(scratch.buffer)

/** Packs row `i` for storage: about 300 to 500 bytes for a usual member. */
export function encodeRow(rows: Rows, i: number): Uint8Array {
  const { f64, vocabulary } = rows
  const base = i * rows.slots
  let at = FIXED_BYTES
  let present = 0
  for (let s = 0; s < HEADER_SLOTS; s++) {
    const value = f64[base + s] ?? 0
    if (value === 0) continue
    present |= 1 << s
    out.setFloat64(at, value, true)
    at += 8
  }
  let signals = 0
  for (let signal = 0; signal < MASKED; signal++) {
    const first = base + signalSlot(signal)
    if (f64[first + SIGNAL_SLOTS - 1] === 0) continue
    signals |= 1 << signal
    at = writeSignal(f64, first, at)
  }
  const further = vocabulary.signals.length > MASKED ? writeFurther(rows, base, at) : at
  out.setUint8(0, further > at ? ROW_VERSION : WITHOUT_FURTHER)
  out.setUint16(2, signals, true)
  out.setUint32(4, present, true)
  at = writeRing(rows, base, further)
  const tail = rows.tails[i]
  // From Node's pool: memory of its own would cost more than all of the above.
  const bytes = Buffer.allocUnsafe(at + (tail?.length ?? 0))
  bytes.set(scratch.subarray(0, at))
  if (tail !== undefined) bytes.set(tail, at)
  return bytes
}

function writeSignal(f64: Float64Array, first: number, at: number): number {
  for (let n = 0; n <= HALVES; n++) out.setFloat64(at + n * 8, f64[first + n] ?? 0, true)
  out.setUint32(at + (HALVES + 1) * 8, f64[first + SIGNAL_SLOTS - 1] ?? 0, true)
  return at + SIGNAL_BYTES
}

/** Answers `from` when the row has none. */
function writeFurther({ f64, vocabulary }: Rows, base: number, from: number): number {
  let at = from + 1
  let written = 0
  let last = 0
  for (let signal = MASKED; signal < vocabulary.signals.length; signal++) {
    const first = base + signalSlot(signal)
    if (f64[first + SIGNAL_SLOTS - 1] === 0) continue
    out.setUint8(at, storedNumber(signal))
    at = writeSignal(f64, first, at + 1)
    written++
    last = signal
  }
  if (written === 0) return from
  out.setUint8(from, written)
  out.setUint32(at, fingerprintUpTo(vocabulary, last), true)
  return at + 4
}

function fingerprintUpTo({ fingerprints }: Vocabulary, signal: number): number {
  return fingerprints[Math.max(0, signal - SIGNAL_COUNT + 1)] ?? 0
}

/** Writes the number of its entries, too. */
function writeRing({ f64, u32 }: Rows, base: number, from: number): number {
  const ids = (base + RING_IDS_AT) * 2
  let at = from
  let ring = 0
  for (; ring < RING_SIZE && (u32[ids + 2 * ring] !== 0 || u32[ids + 2 * ring + 1] !== 0); ring++) {
    out.setUint32(at, f64[base + RING_TIMES_AT + ring] ?? 0, true)
    out.setUint32(at + 4, u32[ids + 2 * ring] ?? 0, true)
    out.setUint32(at + 8, u32[ids + 2 * ring + 1] ?? 0, true)
    at += 12
  }
  out.setUint8(1, ring)
  return at
}

/**
 * Unpacks a stored row into the empty row `i`. Throws on bytes that are no row
 * of a known version, and on a row with signals that the vocabulary of `rows`
 * lacks or names otherwise: to go on would lose or mix up what it counted.
 */
export function decodeRow(bytes: Uint8Array, rows: Rows, i: number): void {
  const version = bytes[0]
  if (version !== ROW_VERSION && version !== WITHOUT_FURTHER)
    throw new Error(
      `A member row has version ${version}; this program knows ${ROW_VERSION}. Run the newer release, or rebuild.`,
    )
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const { f64 } = rows
  const base = i * rows.slots
  const signals = view.getUint16(2, true)
  const present = view.getUint32(4, true)
  let at = FIXED_BYTES
  for (let s = 0; s < HEADER_SLOTS; s++) {
    if ((present & (1 << s)) === 0) continue
    f64[base + s] = view.getFloat64(at, true)
    at += 8
  }
  for (let signal = 0; signal < MASKED; signal++) {
    if ((signals & (1 << signal)) === 0) continue
    at = readSignal(view, at, f64, base + signalSlot(signal))
  }
  if (version === ROW_VERSION) at = readFurther(view, at, rows, base)
  at = readRing(view, at, rows, base)
  rows.tails[i] = at < bytes.length ? bytes.subarray(at) : undefined
}

function readSignal(view: DataView, at: number, f64: Float64Array, first: number): number {
  for (let n = 0; n <= HALVES; n++) f64[first + n] = view.getFloat64(at + n * 8, true)
  f64[first + SIGNAL_SLOTS - 1] = view.getUint32(at + (HALVES + 1) * 8, true)
  return at + SIGNAL_BYTES
}

function readFurther(view: DataView, from: number, { f64, vocabulary }: Rows, base: number): number {
  const written = view.getUint8(from)
  let at = from + 1
  let signal = 0
  for (let n = 0; n < written; n++) {
    const stored = view.getUint8(at)
    signal = signalOfStored(stored)
    if (signal >= vocabulary.signals.length)
      throw new Error(
        `A member row cannot be read: ${unknownSignal(vocabulary, stored)}. A signal that was once used stays in the file.`,
      )
    at = readSignal(view, at + 1, f64, base + signalSlot(signal))
  }
  if (view.getUint32(at, true) !== fingerprintUpTo(vocabulary, signal))
    throw new Error(
      'A member row was written with other open signals than the signals file (PERENNIAL_SIGNALS) names now. ' +
        'Signals are stored by their place: put the earlier ones back in their order, append new ones, or rebuild.',
    )
  return at + 4
}

function readRing(view: DataView, from: number, { f64, u32 }: Rows, base: number): number {
  const ids = (base + RING_IDS_AT) * 2
  const ring = view.getUint8(1)
  let at = from
  for (let n = 0; n < ring; n++) {
    f64[base + RING_TIMES_AT + n] = view.getUint32(at, true)
    u32[ids + 2 * n] = view.getUint32(at + 4, true)
    u32[ids + 2 * n + 1] = view.getUint32(at + 8, true)
    at += 12
  }
  return at
}

/** What keeps bytes from being read as a row of this vocabulary, if anything. */
export function rowProblem(bytes: Uint8Array, vocabulary: Vocabulary): string | undefined {
  try {
    decodeRow(bytes, newRows(1, vocabulary), 0)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'unreadable'
  }
}

/** Empties row `i` for another member. */
export function resetRow(rows: Rows, i: number): void {
  rows.f64.fill(0, i * rows.slots, (i + 1) * rows.slots)
  rows.tails[i] = undefined
}

/** The number of the model that a stored row was last evaluated by, read without unpacking the rest; 0 = none. */
export function storedModel(row: Uint8Array): number {
  const view = new DataView(row.buffer, row.byteOffset, row.length)
  const present = view.getUint32(4, true)
  if ((present & (1 << SLOT.model)) === 0) return 0
  let before = 0
  for (let s = 0; s < SLOT.model; s++) before += (present >>> s) & 1
  return view.getFloat64(FIXED_BYTES + before * 8, true)
}
