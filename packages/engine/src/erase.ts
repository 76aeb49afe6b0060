import { type FactCursor, isMemberKey, resetRow } from '@perennial/member'
import { type Chunk, GONE, mark } from './chunk.ts'
import type { Work } from './engine.ts'

/*
 * An erasure is a fact at its place in the log. What came before it was folded
 * when it came, and is folded again in a rebuild, so that what a partition sends
 * keeps its numbers; at the erasure the row goes, and from there on nothing about
 * the subject counts, wherever it comes from and however often.
 */

/**
 * Notes whose facts must not count. To be called once the rows are loaded. Somebody who is erased has no row, so a keyed
 * hash is worked out only for subjects without one (and for all where somebody was readmitted, who has one again).
 */
export function barErased({ engine, state, chunk }: Work, present: (place: number) => boolean): void {
  if (state.erasures.size === 0) return
  const anyBack = [...state.erasures.values()].some(({ readmits }) => readmits)
  for (const [i, key] of chunk.keys.entries()) {
    if (present(i) && !anyBack) continue
    const erasure = state.erasures.get(engine.pseudonym(key))
    if (erasure !== undefined) chunk.bars[i] = erasure.readmits ? erasure.at : Infinity
  }
}

/** Takes an erasure, or a readmission, into account. One that is not later than what was last said changes nothing. */
export function applyErasure({ engine, state, chunk }: Work, i: number, cursor: FactCursor): void {
  const key = chunk.keys[i] ?? ''
  const name = engine.pseudonym(key)
  const { at } = cursor
  const readmits = cursor.detail === 1
  const known = state.erasures.get(name)
  if (known !== undefined && known.at >= at) return
  // Nobody is readmitted who was not erased.
  if (known === undefined && readmits) return
  state.erasures.set(name, { at, readmits })
  state.erased.add(name)
  chunk.bars[i] = readmits ? at : Infinity
  if (readmits) return
  chunk.counts.erased++
  forget(chunk, i)
  if (isMemberKey(key)) chunk.withdrawals.push({ place: i, before: chunk.risks.length, at })
}

function forget(chunk: Chunk, i: number): void {
  resetRow(chunk.rows, i)
  chunk.marks[i] = 0
  mark(chunk, i, GONE)
}
