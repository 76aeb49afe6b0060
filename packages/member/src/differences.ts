import {
  countOf,
  decayedAmount,
  DECAY_RATES,
  FOLD_SLOTS,
  HALF_LIVES_DAYS,
  LANDMARK_MS,
  lastAtOf,
  RING_IDS_AT,
  RING_SIZE,
  type Rows,
  SLOT,
  slot,
} from './rows.ts'
import type { EpochMs } from './time.ts'

/** Relative: what the order of additions may cost in accuracy. */
const TOLERANCE = 1e-9
/** Decayed amounts below this are as good as nothing. */
const LEAST_AMOUNT = 1e-6

const HEADER_NAMES = Object.entries(SLOT)
  .filter(([, index]) => index < FOLD_SLOTS)
  .map(([name, index]) => ({ name, index }))

/**
 * What the facts say of one row and not of the other, by name: fields as in `SLOT`, `<signal> count`, `<signal> last`,
 * `<signal> 30 d`, `recent facts`, `profile`. Sums are compared as of `at`, to 1e-9. What was made of the facts (band,
 * version …) is left out. Both rows are of the same vocabulary.
 */
export function foldDifferences(a: Rows, i: number, b: Rows, j: number, at: EpochMs): string[] {
  const names = HEADER_NAMES.filter(({ index }) => !sameSlot(index, slot(a, i, index), slot(b, j, index), at)).map(
    ({ name }) => name,
  )
  for (const { id, name } of a.vocabulary.signals) {
    if (countOf(a, i, id) !== countOf(b, j, id)) names.push(`${name} count`)
    if (lastAtOf(a, i, id) !== lastAtOf(b, j, id)) names.push(`${name} last`)
    for (const [h, days] of HALF_LIVES_DAYS.entries())
      if (!close(decayedAmount(a, i, id, h, at), decayedAmount(b, j, id, h, at))) names.push(`${name} ${days} d`)
  }
  if (ringOf(a, i) !== ringOf(b, j)) names.push('recent facts')
  if (!sameBytes(a.tails[i], b.tails[j])) names.push('profile')
  return names
}

function sameSlot(index: number, a: number, b: number, at: EpochMs): boolean {
  if (index !== SLOT.lowTrust) return close(a, b)
  const decayed = (sum: number) => sum * Math.exp(-(DECAY_RATES[1] ?? 0) * (at - LANDMARK_MS))
  return close(decayed(a), decayed(b))
}

function close(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(LEAST_AMOUNT, Math.abs(a), Math.abs(b))
}

/** The ids it remembers, in one order. */
function ringOf({ u32, slots }: Rows, i: number): string {
  const ids = (i * slots + RING_IDS_AT) * 2
  return Array.from({ length: RING_SIZE }, (_, n) => `${u32[ids + 2 * n]}.${u32[ids + 2 * n + 1]}`)
    .toSorted()
    .join(' ')
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return a?.length === b?.length
  return a.every((byte, n) => byte === b[n])
}
