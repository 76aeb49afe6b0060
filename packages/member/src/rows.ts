import { DAY_MS, type EpochMs } from './time.ts'
import { BUILT_IN, type Vocabulary } from './vocabulary.ts'

/**
 * Half-lives of the decayed sums, in days. The shortest bounds how long the
 * landmark below is good: exp overflows 1,023 half-lives from it, 84 years at
 * 30 days, so no row needs rebasing before 2104.
 */
export const HALF_LIVES_DAYS = [30, 90, 365] as const

/** λ of each half-life, per millisecond. */
export const DECAY_RATES: readonly number[] = HALF_LIVES_DAYS.map((days) => Math.LN2 / (days * DAY_MS))

/** L of the forward-decayed sums Σ exp(λ(t − L)): 2020-01-01T00:00:00Z. */
export const LANDMARK_MS: EpochMs = 1_577_836_800_000

/** Where each number of a row stands. Times are epoch milliseconds, 0 = never. */
export const SLOT = {
  // What the facts say (the fold).
  firstAt: 0,
  lastAt: 1,
  /** Time of the latest fact of any kind folded into the row. */
  asOf: 2,
  facts: 3,
  /** Σ (1 − trust) · amount with the middle half-life: how much rests on signals a machine may have made. */
  lowTrust: 4,
  joinedAt: 5,
  /** 0 unknown, 1 active, 2 lapsed: see `STATUS`. */
  status: 6,
  statusAt: 7,
  termStart: 8,
  termEnd: 9,
  termAt: 10,
  dues: 11,
  duesAt: 12,
  /** 0 unknown, 1 off, 2 on. */
  autoRenew: 13,
  autoRenewAt: 14,
  renewals: 15,
  paymentFailedAt: 16,
  paidAt: 17,
  contactedAt: 18,
  // What was last made of them (the evaluation). Not part of the fold.
  evaluatedAt: 19,
  /** 0 none yet, 1 low, 2 medium, 3 high: see `BANDS`. */
  band: 20,
  bandSince: 21,
  emittedRisk: 22,
  /** Rises by one with every emitted member-risk. */
  version: 23,
  /** The entry this row has in the due-index, 0 = none. Never later than `nextAt`. */
  dueAt: 24,
  /** Safe earliest time at which the evaluation could change without further facts; Infinity = never. */
  nextAt: 25,
  /** Number of the model that evaluated last, 0 = none, or one of a release that did not note it: see `modelNumber`. */
  model: 26,
  /** What was last said of the member and waits to come true or not, 0 = nothing: see `prediction.ts` of @perennial/engine. */
  said: 27,
  /** The term end it is about or, where it is about the days that follow, when it was said. */
  saidAt: 28,
  /** What the shadow model would have said then, 0 = there was none. */
  saidByShadow: 29,
} as const

/** The first slot that is the evaluation's, not the fold's. */
export const FOLD_SLOTS = 19
export const HEADER_SLOTS = 30

/** The latest facts of the row by (time, id), to recognise a repeated one: ids as 2 × u32, and times. */
export const RING_SIZE = 16
export const RING_IDS_AT = HEADER_SLOTS + RING_SIZE
/** Straight behind the header, whatever its length. */
export const RING_TIMES_AT = RING_IDS_AT - RING_SIZE

/** Each signal holds its sums (one per half-life), its last time and its count. */
export const SIGNAL_SLOTS = HALF_LIVES_DAYS.length + 2

/** The signals stand last: how many there are is the deployment's choice, and where the rest stands is not. */
const SIGNALS_AT = RING_IDS_AT + RING_SIZE

/**
 * Many rows in one buffer, so that folding a chunk allocates nothing per row.
 * Row `i` starts at slot `i * rows.slots` of `f64`; `u32` is the same memory.
 * `tails[i]` holds what is text: see `tail.ts`.
 */
export type Rows = Readonly<{
  f64: Float64Array
  u32: Uint32Array
  tails: (Uint8Array | undefined)[]
  capacity: number
  /** From one row to the next. */
  slots: number
  /** The signals that the rows have room for. */
  vocabulary: Vocabulary
}>

/** Empty rows with room for the signals of a vocabulary, the built-in ones where none is given. */
export function newRows(capacity: number, vocabulary: Vocabulary = BUILT_IN): Rows {
  const slots = signalSlot(vocabulary.signals.length)
  const f64 = new Float64Array(capacity * slots)
  return {
    f64,
    u32: new Uint32Array(f64.buffer),
    tails: new Array<Uint8Array | undefined>(capacity).fill(undefined),
    capacity,
    slots,
    vocabulary,
  }
}

/** A number of row `i` by its slot. */
export function slot(rows: Rows, i: number, index: number): number {
  return rows.f64[i * rows.slots + index] ?? 0
}

/** First slot of a signal inside a row: the sums by half-life, then the last time, then the count. */
export function signalSlot(signal: number): number {
  return SIGNALS_AT + signal * SIGNAL_SLOTS
}

/**
 * The decayed amount of a signal at an instant: Σ amount · trust · 2^(−age / half-life).
 * `halfLife` indexes `HALF_LIVES_DAYS`. `at` must not lie before the row's latest fact.
 */
export function decayedAmount(rows: Rows, i: number, signal: number, halfLife: number, at: EpochMs): number {
  const sum = rows.f64[i * rows.slots + signalSlot(signal) + halfLife] ?? 0
  if (sum === 0) return 0
  return sum * Math.exp(-(DECAY_RATES[halfLife] ?? 0) * (at - LANDMARK_MS))
}

/** When the signal last happened, 0 = never. */
export function lastAtOf(rows: Rows, i: number, signal: number): EpochMs {
  return rows.f64[i * rows.slots + signalSlot(signal) + HALF_LIVES_DAYS.length] ?? 0
}

/** How often the signal happened, untrusted ones included. */
export function countOf(rows: Rows, i: number, signal: number): number {
  return rows.f64[i * rows.slots + signalSlot(signal) + HALF_LIVES_DAYS.length + 1] ?? 0
}

export const STATUS = { unknown: 0, active: 1, lapsed: 2 } as const
