import {
  decodeRow,
  encodeRow,
  newRows,
  resetRow,
  type Fact,
  type Rows,
  type SubjectKey,
  type Vocabulary,
} from '@perennial/member'
import type { Outcome } from './prediction.ts'
import { RiskChanges } from './risk-changes.ts'

/** Why a fact was not folded; safe as a metric label. */
export type SkipReason = 'redelivered' | 'duplicate' | 'unknown_kind' | 'unusable' | 'not_for_alias' | 'erased'

/** What a chunk of facts came to. Every fact is in exactly one of the first three. */
export type Counts = {
  applied: number
  skipped: Record<SkipReason, number>
  forwarded: number
  links: number
  conflicts: number
  unlinked: number
  /** Aliases whose past was too old at the link to count for the member. */
  pastDropped: number
  /** Times the band or a date was looked at because time had passed. */
  checks: number
  /** Members taken over from another model. */
  rescored: number
  /** Subjects erased. */
  erased: number
}

/** Marks of what a row needs written. */
export const ROW = 1
export const DUE = 2
/** The stored row goes, unless something was folded after. */
export const GONE = 4

/**
 * The working set of one commit: the rows of every subject it touches, and
 * what came of folding. Reused from commit to commit, so that a busy partition
 * allocates nothing but what it sends.
 */
export type Chunk = {
  readonly keys: string[]
  readonly indexOf: Map<string, number>
  readonly rows: Rows
  readonly marks: Uint8Array
  /** By place: facts dated before then do not count, 0 = all do. See `erase.ts`. */
  readonly bars: Float64Array
  readonly risks: RiskChanges
  readonly withdrawals: Withdrawal[]
  /** How what was said of members came out. */
  readonly outcomes: Outcome[]
  /** Facts for other rows, with the number this partition gave them. */
  readonly forwards: Fact[]
  readonly broken: BrokenFact[]
  /** The latest event time folded, 0 = none. */
  newestAt: number
  counts: Counts
}

/** Nothing is said of the member's risk any more; comes before change number `before` of the chunk. */
export type Withdrawal = Readonly<{ place: number; before: number; at: number }>

/** A fact that cannot be folded: goes to the dead letters alone, not with its block. */
export type BrokenFact = Readonly<{ offset: number; index: number; reason: string }>

/** `capacity`: the most subjects one commit touches. `vocabulary`: the built-in signals where left out. */
export function newChunk(capacity: number, vocabulary?: Vocabulary): Chunk {
  return {
    keys: [],
    indexOf: new Map(),
    rows: newRows(capacity, vocabulary),
    marks: new Uint8Array(capacity),
    bars: new Float64Array(capacity),
    risks: new RiskChanges(),
    withdrawals: [],
    outcomes: [],
    forwards: [],
    broken: [],
    newestAt: 0,
    counts: noCounts(),
  }
}

function noCounts(): Counts {
  return {
    applied: 0,
    skipped: { redelivered: 0, duplicate: 0, unknown_kind: 0, unusable: 0, not_for_alias: 0, erased: 0 },
    forwarded: 0,
    links: 0,
    conflicts: 0,
    unlinked: 0,
    pastDropped: 0,
    checks: 0,
    rescored: 0,
    erased: 0,
  }
}

export function clearChunk(chunk: Chunk): void {
  for (let i = 0; i < chunk.keys.length; i++) resetRow(chunk.rows, i)
  chunk.marks.fill(0, 0, chunk.keys.length)
  chunk.bars.fill(0, 0, chunk.keys.length)
  chunk.keys.length = 0
  chunk.indexOf.clear()
  chunk.risks.clear()
  chunk.withdrawals.length = 0
  chunk.outcomes.length = 0
  chunk.forwards.length = 0
  chunk.broken.length = 0
  chunk.newestAt = 0
  chunk.counts = noCounts()
}

/** The place of a subject in the chunk, -1 when the chunk is full. */
export function placeFor(chunk: Chunk, key: string): number {
  const known = chunk.indexOf.get(key)
  if (known !== undefined) return known
  if (chunk.keys.length >= chunk.rows.capacity) return -1
  const place = chunk.keys.push(key) - 1
  chunk.indexOf.set(key, place)
  return place
}

/** Notes that something of the row must be written. */
export function mark(chunk: Chunk, place: number, what: number): void {
  chunk.marks[place] = (chunk.marks[place] ?? 0) | what
}

/** Fills the chunk's rows with what is stored, in the order of `chunk.keys`; null = no row yet. */
export function loadRows(chunk: Chunk, stored: readonly (Uint8Array | null)[]): void {
  for (const [i, bytes] of stored.entries()) if (bytes !== null) decodeRow(bytes, chunk.rows, i)
}

/** Fills one place of the chunk with a stored row. `row` may be overwritten afterwards: what is kept of it is a copy. */
export function loadRow({ rows }: Chunk, place: number, row: Uint8Array): void {
  decodeRow(row, rows, place)
  const tail = rows.tails[place]
  if (tail !== undefined) rows.tails[place] = new Uint8Array(tail)
}

/** Rows to write, as key and bytes. */
export function changedRows(chunk: Chunk): [key: string, row: Uint8Array][] {
  const changed: [string, Uint8Array][] = []
  for (const [i, key] of chunk.keys.entries())
    if (((chunk.marks[i] ?? 0) & ROW) !== 0) changed.push([key, encodeRow(chunk.rows, i)])
  return changed
}

/** Subjects whose stored row is to be removed, and those that must leave the due-index with it. */
export function goneRows(chunk: Chunk): { rows: string[]; due: string[] } {
  const gone = chunk.keys.filter((_, i) => ((chunk.marks[i] ?? 0) & GONE) !== 0)
  const without = (what: number) =>
    gone.filter((key) => ((chunk.marks[chunk.indexOf.get(key) ?? -1] ?? 0) & what) === 0)
  return { rows: without(ROW), due: without(DUE) }
}

/** Subjects whose due time moved. */
export function movedDues(chunk: Chunk): { key: SubjectKey; place: number }[] {
  const moved: { key: SubjectKey; place: number }[] = []
  for (const [place, key] of chunk.keys.entries())
    if (((chunk.marks[place] ?? 0) & DUE) !== 0) moved.push({ key: key as SubjectKey, place })
  return moved
}
