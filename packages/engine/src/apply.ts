import {
  ACTIVITY,
  countOf,
  ERASURE,
  FACT_KINDS,
  FactCursor,
  foldActivity,
  foldFact,
  isMemberKey,
  signalId,
} from '@perennial/member'
import { applyToAlias } from './alias.ts'
import { type Chunk, mark, placeFor, ROW, type SkipReason } from './chunk.ts'
import { sourceKey, type Work } from './engine.ts'
import { applyErasure } from './erase.ts'
import { evaluate, meet, passTime } from './evaluate.ts'
import { settleByFact, standingOf } from './prediction.ts'

const OUTCOME = FACT_KINDS.indexOf('outcome')
const MEMBERSHIP = FACT_KINDS.indexOf('membership')
const POSTED = signalId('posted')
const NEWS: ReadonlySet<number> = new Set([signalId('event_missed'), signalId('help_given')])

/**
 * Makes room in the chunk for every subject of a block; answers the place of
 * each fact's subject, in the block's order. Undefined: they do not all fit,
 * and the block belongs to the next commit (a block always fits an empty
 * chunk, which holds at least as many subjects as a block has facts).
 */
export function collectKeys(chunk: Chunk, block: Uint8Array): Int32Array | undefined {
  const before = chunk.keys.length
  const cursor = new FactCursor(block)
  const places = new Int32Array(cursor.count)
  for (let n = 0; cursor.next(); n++) {
    const place = placeFor(chunk, cursor.key())
    places[n] = place
    if (place !== -1) continue
    for (const key of chunk.keys.splice(before)) chunk.indexOf.delete(key)
    return undefined
  }
  return places
}

/** A block with the places `collectKeys` found, and its own offset, for reports. */
export type PlacedBlock = Readonly<{ block: Uint8Array; places: Int32Array; offset: number }>

/** Folds every fact of a block into the loaded rows of the chunk. */
export function applyBlock(work: Work, placed: PlacedBlock): void {
  const { chunk } = work
  const cursor = new FactCursor(placed.block)
  for (let index = 0; cursor.next(); index++) {
    const skipped = applyFact(work, placed.places[index] ?? -1, cursor)
    if (skipped === undefined) chunk.counts.applied++
    else {
      chunk.counts.skipped[skipped]++
      if (!EXPECTED.has(skipped))
        chunk.broken.push({ offset: placed.offset, index, reason: cursor.problem(chunk.rows.vocabulary) ?? skipped })
    }
  }
}

/** Reasons for which nothing is put aside. */
const EXPECTED: ReadonlySet<SkipReason> = new Set<SkipReason>(['redelivered', 'duplicate', 'erased'])

/** Folds the fact that the cursor stands at into the loaded row `i` of its subject; answers why not, if not. */
export function applyFact(work: Work, i: number, cursor: FactCursor): SkipReason | undefined {
  const { chunk, state } = work
  if (cursor.kind === ERASURE) {
    applyErasure(work, i, cursor)
    return undefined
  }
  // Source positions come first: a redelivered fact must not touch anything.
  const source = sourceKey(cursor.stream, cursor.partition)
  const progress = state.sources.get(source)
  const { position } = cursor
  if (progress === undefined) state.sources.set(source, { position, newestAt: cursor.at })
  else if (position <= progress.position) return 'redelivered'
  else {
    progress.position = position
    if (cursor.at > progress.newestAt) progress.newestAt = cursor.at
  }
  state.touched.add(source)
  if (cursor.at > chunk.newestAt) chunk.newestAt = cursor.at
  const problem = cursor.problem(chunk.rows.vocabulary)
  if (problem !== undefined) return problem.startsWith('kind') ? 'unknown_kind' : 'unusable'
  const key = chunk.keys[i]
  if (key === undefined) throw new Error('A fact came to a chunk that its subject was not collected for.')
  if (cursor.at < (chunk.bars[i] ?? 0)) return 'erased'
  if (isMemberKey(key)) return applyToMember(work, i, cursor) ? undefined : 'duplicate'
  return applyToAlias(work, i, cursor)
}

function applyToMember(work: Work, i: number, cursor: FactCursor): boolean {
  const { chunk } = work
  meet(work, i, cursor.at - 1)
  passTime(work, i, cursor.at - 1)
  const folded =
    cursor.kind === ACTIVITY ? foldActivity(chunk.rows, i, cursor, cursor.passedOn) : foldOther(work, i, cursor)
  if (!folded) return false
  mark(chunk, i, ROW)
  // Our own outreach says nothing about the member: the score stays as it was.
  if (cursor.kind !== OUTCOME) evaluate(work, i, cursor.at, 'fact', isNews(work, i, cursor))
  return true
}

/**
 * Facts that are made known though the risk may stay where it was, for there may be something to do about them: what the
 * member database says (a renewal, a failed payment, auto-renew switched off …), and the rare steps that plays wait
 * for: a first post, help given to others, an event missed.
 */
function isNews({ chunk }: Work, i: number, cursor: FactCursor): boolean {
  if (cursor.kind === MEMBERSHIP) return true
  if (cursor.kind !== ACTIVITY) return false
  return NEWS.has(cursor.signal) || (cursor.signal === POSTED && countOf(chunk.rows, i, POSTED) === 1)
}

function foldOther(work: Work, i: number, cursor: FactCursor): boolean {
  const before = standingOf(work, i)
  if (!foldFact(work.chunk.rows, i, cursor.fact())) return false
  if (cursor.kind === MEMBERSHIP) settleByFact(work, i, before, cursor.at)
  return true
}
