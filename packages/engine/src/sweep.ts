import { type EpochMs, isMemberKey, linkOf, SLOT } from '@perennial/member'
import { DUE, mark, ROW } from './chunk.ts'
import { expiryOf } from './alias.ts'
import { isInternal, type PartitionState, type Work } from './engine.ts'
import { meet, passTime, rearm } from './evaluate.ts'

/** What a sweep did with the subjects it was given. */
export type Swept = Readonly<{ members: number; freed: string[]; stale: string[] }>

/**
 * Lets time pass for the loaded subjects of the chunk, all found due: members
 * are looked at, aliases without a member are freed. `stale` are entries
 * without a row, to be taken out of the index.
 */
export function sweepChunk(work: Work, clock: EpochMs, present: (place: number) => boolean): Swept {
  const { chunk } = work
  const freed: string[] = []
  const stale: string[] = []
  let members = 0
  for (const [i, key] of chunk.keys.entries()) {
    if (!present(i)) stale.push(key)
    else if (isMemberKey(key)) {
      members++
      sweepMember(work, i, clock)
    } else if (sweepAlias(work, i, clock)) freed.push(key)
  }
  return { members, freed, stale }
}

/** Lets time pass for the member at place `i`, and notes when to look again. */
export function sweepMember(work: Work, i: number, clock: EpochMs): void {
  meet(work, i, clock)
  passTime(work, i, clock)
  rearm(work.chunk, i)
}

/** Takes the loaded members over from whatever model evaluated them last, though no fact comes. */
export function rescoreChunk(work: Work, clock: EpochMs): void {
  for (const [i, key] of work.chunk.keys.entries()) if (isMemberKey(key)) meet(work, i, clock)
}

function sweepAlias({ engine, chunk }: Work, i: number, clock: EpochMs): boolean {
  const slot = i * chunk.rows.slots + SLOT.dueAt
  const expiry = linkOf(chunk.rows, i) === undefined ? expiryOf(engine, chunk.rows, i) : 0
  if (expiry !== 0 && expiry <= clock) return true
  chunk.rows.f64[slot] = expiry
  mark(chunk, i, ROW | DUE)
  return false
}

/**
 * The partition's watermark: event time below which no source still has facts
 * to come, as far as sources go that spoke lately. `idle` says which do not.
 * Undefined when all are idle.
 */
export function watermark(state: PartitionState, idle: (source: number) => boolean): EpochMs | undefined {
  let lowest: EpochMs | undefined
  for (const [source, { newestAt }] of state.sources) {
    if (isInternal(source) || idle(source)) continue
    if (lowest === undefined || newestAt < lowest) lowest = newestAt
  }
  return lowest
}
