import {
  HALF_LIVES_DAYS,
  HEADER_SLOTS,
  RING_IDS_AT,
  RING_SIZE,
  RING_TIMES_AT,
  ROW_SLOTS,
  type Rows,
  SIGNAL_SLOTS,
  signalSlot,
} from './rows.ts'
import { SIGNAL_COUNT } from './signals.ts'

/*
 * A stored row, version 1, little-endian:
 *   u8 version · u8 ring entries · u16 signals present (bit per signal) · u32 header slots present (bit per slot)
 *   f64 per present header slot
 *   per present signal: f64 per half-life, f64 last time, u32 count
 *   per ring entry: u32 seconds, u32 id high, u32 id low
 *   the tail, to the end
 * What is zero is not stored: most members use few signals.
 */
export const ROW_VERSION = 1

const HALVES = HALF_LIVES_DAYS.length
const SIGNAL_BYTES = (HALVES + 1) * 8 + 4
const FIXED_BYTES = 8
const MAX_BYTES = FIXED_BYTES + HEADER_SLOTS * 8 + SIGNAL_COUNT * SIGNAL_BYTES + RING_SIZE * 12

const scratch = new Uint8Array(MAX_BYTES)
const out = new DataView(scratch.buffer)

/** Packs row `i` for storage: about 300 to 500 bytes for a usual member. */
export function encodeRow(rows: Rows, i: number): Uint8Array {
  const { f64, u32 } = rows
  const base = i * ROW_SLOTS
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
  for (let signal = 0; signal < SIGNAL_COUNT; signal++) {
    const first = base + signalSlot(signal)
    if (f64[first + SIGNAL_SLOTS - 1] === 0) continue
    signals |= 1 << signal
    for (let n = 0; n <= HALVES; n++) out.setFloat64(at + n * 8, f64[first + n] ?? 0, true)
    out.setUint32(at + (HALVES + 1) * 8, f64[first + SIGNAL_SLOTS - 1] ?? 0, true)
    at += SIGNAL_BYTES
  }
  const ids = (base + RING_IDS_AT) * 2
  let ring = 0
  for (; ring < RING_SIZE && (u32[ids + 2 * ring] !== 0 || u32[ids + 2 * ring + 1] !== 0); ring++) {
    out.setUint32(at, f64[base + RING_TIMES_AT + ring] ?? 0, true)
    out.setUint32(at + 4, u32[ids + 2 * ring] ?? 0, true)
    out.setUint32(at + 8, u32[ids + 2 * ring + 1] ?? 0, true)
    at += 12
  }
  out.setUint8(0, ROW_VERSION)
  out.setUint8(1, ring)
  out.setUint16(2, signals, true)
  out.setUint32(4, present, true)
  const tail = rows.tails[i]
  // From Node's pool: memory of its own would cost more than all of the above.
  const bytes = Buffer.allocUnsafe(at + (tail?.length ?? 0))
  bytes.set(scratch.subarray(0, at))
  if (tail !== undefined) bytes.set(tail, at)
  return bytes
}

/** Unpacks a stored row into the empty row `i`. Throws on bytes that are no row of a known version. */
export function decodeRow(bytes: Uint8Array, rows: Rows, i: number): void {
  const version = bytes[0]
  if (version !== ROW_VERSION)
    throw new Error(
      `A member row has version ${version}; this program knows ${ROW_VERSION}. Run the newer release, or rebuild.`,
    )
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const { f64, u32 } = rows
  const base = i * ROW_SLOTS
  const ring = view.getUint8(1)
  const signals = view.getUint16(2, true)
  const present = view.getUint32(4, true)
  let at = FIXED_BYTES
  for (let s = 0; s < HEADER_SLOTS; s++) {
    if ((present & (1 << s)) === 0) continue
    f64[base + s] = view.getFloat64(at, true)
    at += 8
  }
  for (let signal = 0; signal < SIGNAL_COUNT; signal++) {
    if ((signals & (1 << signal)) === 0) continue
    const first = base + signalSlot(signal)
    for (let n = 0; n <= HALVES; n++) f64[first + n] = view.getFloat64(at + n * 8, true)
    f64[first + SIGNAL_SLOTS - 1] = view.getUint32(at + (HALVES + 1) * 8, true)
    at += SIGNAL_BYTES
  }
  const ids = (base + RING_IDS_AT) * 2
  for (let n = 0; n < ring; n++) {
    f64[base + RING_TIMES_AT + n] = view.getUint32(at, true)
    u32[ids + 2 * n] = view.getUint32(at + 4, true)
    u32[ids + 2 * n + 1] = view.getUint32(at + 8, true)
    at += 12
  }
  rows.tails[i] = at < bytes.length ? bytes.subarray(at) : undefined
}

/** Empties row `i` for another member. */
export function resetRow(rows: Rows, i: number): void {
  rows.f64.fill(0, i * ROW_SLOTS, (i + 1) * ROW_SLOTS)
  rows.tails[i] = undefined
}
