import { RING_IDS_AT, RING_SIZE, RING_TIMES_AT, type Rows } from './rows.ts'
import type { EpochMs } from './time.ts'

/*
 * The ring: ids of the row's latest RING_SIZE facts by (time in seconds, id).
 * Which facts it holds depends on the facts alone, not on the order they came
 * in. A repeat of an older fact is not recognised here; ingest's window over
 * the source partition and the source positions catch the usual ones.
 */

/** What the ring remembers of a fact. */
export type Stamp = Readonly<{ at: EpochMs; idHi: number; idLo: number }>

/** Remembers a fact; false when it is remembered already. */
export function addToRing(rows: Rows, i: number, fact: Stamp): boolean {
  const { u32 } = rows
  const { idHi, idLo } = fact
  const ids = (i * rows.slots + RING_IDS_AT) * 2
  let filled = 0
  for (; filled < RING_SIZE; filled++) {
    const hi = u32[ids + 2 * filled]
    const lo = u32[ids + 2 * filled + 1]
    if (lo === idLo && hi === idHi) return false
    if (lo === 0 && hi === 0) break
  }
  const seconds = Math.max(0, Math.floor(fact.at / 1000))
  const place = filled < RING_SIZE ? filled : oldest(rows, i)
  if (filled === RING_SIZE && compare(seconds, idHi, idLo, entry(rows, i, place)) < 0) return true
  rows.f64[i * rows.slots + RING_TIMES_AT + place] = seconds
  u32[ids + 2 * place] = idHi
  u32[ids + 2 * place + 1] = idLo
  return true
}

/** Takes over what another row remembers. */
export function joinRings(rows: Rows, i: number, other: Rows, j: number): void {
  for (let n = 0; n < RING_SIZE; n++) {
    const { seconds, hi, lo } = entry(other, j, n)
    if (hi !== 0 || lo !== 0) addToRing(rows, i, { at: seconds * 1000, idHi: hi, idLo: lo })
  }
}

type Entry = Readonly<{ seconds: number; hi: number; lo: number }>

function entry(rows: Rows, i: number, n: number): Entry {
  const base = i * rows.slots
  const id = (base + RING_IDS_AT + n) * 2
  return { seconds: rows.f64[base + RING_TIMES_AT + n] ?? 0, hi: rows.u32[id] ?? 0, lo: rows.u32[id + 1] ?? 0 }
}

/** Times differ nearly always, so ids are looked at only where two are equally old. */
function oldest(rows: Rows, i: number): number {
  const times = i * rows.slots + RING_TIMES_AT
  let place = 0
  for (let n = 1; n < RING_SIZE; n++) {
    const difference = (rows.f64[times + n] ?? 0) - (rows.f64[times + place] ?? 0)
    if (difference > 0) continue
    const { seconds, hi, lo } = entry(rows, i, n)
    if (difference < 0 || compare(seconds, hi, lo, entry(rows, i, place)) < 0) place = n
  }
  return place
}

function compare(seconds: number, hi: number, lo: number, other: Entry): number {
  return seconds - other.seconds || hi - other.hi || lo - other.lo
}
