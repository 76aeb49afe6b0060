import {
  clearFold,
  consentsOf,
  encodeRow,
  type Fact,
  type FactCursor,
  foldFact,
  isMemberKey,
  type LinkFact,
  linkOf,
  type MembershipFact,
  newRows,
  type Rows,
  setLink,
  SLOT,
  STREAM_CODES,
  type SubjectKey,
} from '@perennial/member'
import { type Chunk, DUE, mark, ROW, type SkipReason } from './chunk.ts'
import type { Engine, Work } from './engine.ts'

/*
 * An alias (an email, a browser, an id in another system) has a row like a
 * member. Until it learns its member it gathers; then its sums go to the
 * member's partition once, and what still arrives is passed on. What it sent
 * stays in its own row, so that a wrong link can be taken back.
 */

/** Folds one fact about an alias; answers why not, if not. */
export function applyToAlias(work: Work, i: number, cursor: FactCursor): SkipReason | undefined {
  const fact = cursor.fact()
  switch (fact.kind) {
    case 'membership':
      // An address may refuse before anybody knows whose it is; the rest of membership is a member's.
      return isConsentOnly(fact) ? gather(work, i, fact) : 'not_for_alias'
    case 'activity':
    case 'outcome':
    case 'transfer':
      return gather(work, i, fact)
    case 'link':
      link(work, i, fact)
      return undefined
    case 'unlink':
      unlink(work, i, fact.member)
      return undefined
    case 'erasure':
      // Taken into account before, whoever it is about.
      return undefined
  }
}

function isConsentOnly({ change }: MembershipFact): boolean {
  return Object.keys(change).every((part) => part === 'consent')
}

function gather(work: Work, i: number, fact: Fact): SkipReason | undefined {
  const { chunk } = work
  if (!foldFact(chunk.rows, i, fact)) return 'duplicate'
  mark(chunk, i, ROW)
  const known = linkOf(chunk.rows, i)
  if (known !== undefined) send(chunk, { ...fact, subject: known as SubjectKey, source: nextSource(work) })
  else expireAfterSilence(work, i)
  return undefined
}

/**
 * The first link in the log wins; another member's link is a conflict, counted,
 * until somebody unlinks. A link to a member replaces one to a mere alias (a
 * form with an email, then a login): what was sent moves over. Whether the
 * alias's past counts is decided by event times, never by when a sweep ran.
 */
function link(work: Work, i: number, { member, at }: LinkFact): void {
  const { chunk, engine } = work
  const known = linkOf(chunk.rows, i)
  if (known === member) return
  if (known !== undefined && !(isMemberKey(member) && !isMemberKey(known))) {
    if (isMemberKey(member)) chunk.counts.conflicts++
    return
  }
  if (known !== undefined) unlink(work, i, known as SubjectKey)
  const { f64, slots } = chunk.rows
  const base = i * slots
  chunk.counts.links++
  mark(chunk, i, ROW | DUE)
  f64[base + SLOT.dueAt] = 0
  setLink(chunk.rows, i, { member, at })
  const past = f64[base + SLOT.facts] ?? 0
  if (past > 0 && at - (f64[base + SLOT.asOf] ?? 0) > engine.aliasMs) {
    chunk.counts.pastDropped++
    clearFold(chunk.rows, i)
  } else if (past > 0) sendRow(work, i, member, 1)
}

function unlink(work: Work, i: number, member: SubjectKey): void {
  const { chunk } = work
  if (linkOf(chunk.rows, i) !== member) return
  chunk.counts.unlinked++
  mark(chunk, i, ROW)
  if ((chunk.rows.f64[i * chunk.rows.slots + SLOT.facts] ?? 0) > 0) sendRow(work, i, member, -1)
  setLink(chunk.rows, i, undefined)
  expireAfterSilence(work, i)
}

/** An alias that finds no member is freed once no link could bring its past back; written once, checked by the sweep. */
function expireAfterSilence({ engine, chunk }: Work, i: number): void {
  const base = i * chunk.rows.slots
  if (chunk.rows.f64[base + SLOT.dueAt] !== 0) return
  chunk.rows.f64[base + SLOT.dueAt] = expiryOf(engine, chunk.rows, i)
  mark(chunk, i, ROW | DUE)
}

/** When an alias row can be freed: its past counts for `aliasMs`, and a link may be as late again. */
export function expiryOf(engine: Engine, rows: Rows, i: number): number {
  return (rows.f64[i * rows.slots + SLOT.asOf] ?? 0) + 2 * engine.aliasMs
}

function sendRow(work: Work, i: number, member: SubjectKey, sign: 1 | -1): void {
  const { chunk } = work
  const source = nextSource(work)
  const at = chunk.rows.f64[i * chunk.rows.slots + SLOT.asOf] ?? 0
  send(chunk, {
    kind: 'transfer',
    subject: member,
    source,
    // Known by its number alone: the ids of what it carries are in its ring.
    idHi: source.partition,
    idLo: source.offset >>> 0,
    at,
    sign,
    row: encodeRow(withConsentsOnly(chunk.rows, i), 0),
  })
}

/** A copy of the row: of its text only what concerns the member too, not the link. */
function withConsentsOnly(rows: Rows, i: number): Rows {
  const copy = newRows(1, rows.vocabulary)
  copy.f64.set(rows.f64.subarray(i * rows.slots, (i + 1) * rows.slots))
  copy.tails[0] = consentsOf(rows, i)
  return copy
}

/**
 * What a partition sends is numbered by the fold itself, so that a rebuild
 * makes the same numbers and the receiver drops what it has.
 */
function nextSource({ engine, state }: Work): Fact['source'] {
  state.sent += 1
  return { stream: STREAM_CODES['member-activity'], partition: engine.partition, offset: state.sent, index: 0 }
}

function send(chunk: Chunk, fact: Fact): void {
  chunk.counts.forwarded++
  chunk.forwards.push(fact)
}
