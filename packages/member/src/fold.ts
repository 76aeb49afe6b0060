import { type Fact, type MembershipFact, type OutcomeFact, STREAM_CODES } from './fact.ts'
import { decodeRow } from './encode.ts'
import { addToRing, joinRings, type Stamp } from './ring.ts'
import {
  DECAY_RATES,
  FOLD_SLOTS,
  HALF_LIVES_DAYS,
  LANDMARK_MS,
  newRows,
  type Rows,
  SLOT,
  signalSlot,
  STATUS,
} from './rows.ts'
import { foldProfile, joinTails } from './tail.ts'
import type { EpochMs } from './time.ts'

const HALVES = HALF_LIVES_DAYS.length
const LOW_TRUST_HALF_LIFE = 1

/** Below this trust a signal counts by its trust but does not end a silence. */
export const PRESENCE_TRUST = 0.5

/**
 * Folds one fact into row `i`. Facts may come in any order; the row is the
 * same up to float rounding (1e-14 per addition). Answers false, and changes
 * nothing, when the row remembers the fact's id: see `ring.ts` for how far
 * back it does. Links and erasures are the engine's business and change no sums.
 */
export function foldFact(rows: Rows, i: number, fact: Fact): boolean {
  if (fact.kind === 'transfer') {
    foldTransfer(rows, i, fact.row, fact.sign)
    return true
  }
  // The engine's business.
  if (fact.kind === 'link' || fact.kind === 'unlink' || fact.kind === 'erasure') return true
  const passedOn = fact.source.stream === STREAM_CODES['member-activity']
  if (fact.kind === 'activity') return foldActivity(rows, i, fact, passedOn)
  if (!addToRing(rows, i, fact) && !passedOn) return false
  seen(rows, i, fact.at)
  if (fact.kind === 'membership') foldMembership(rows, i, fact)
  else foldOutcome(rows, i, fact)
  return true
}

/** What `foldActivity` needs of an activity: a fact, or a cursor standing on one. */
export type Activity = Stamp & Readonly<{ signal: number; amount: number; trust: number }>

/**
 * `foldFact` for an activity, without an object per fact. What an alias passed
 * on has been held against the alias's ring, and is counted even if its id is
 * known here: the same facts may be on their way in a transfer that is taken
 * back later, and only plain addition comes out right in every order.
 */
export function foldActivity(rows: Rows, i: number, activity: Activity, passedOn: boolean): boolean {
  if (!addToRing(rows, i, activity) && !passedOn) return false
  const { signal, amount, trust, at } = activity
  seen(rows, i, at)
  const { f64 } = rows
  const base = i * rows.slots
  const sums = base + signalSlot(signal)
  const age = at - LANDMARK_MS
  for (let h = 0; h < HALVES; h++) add(f64, sums + h, amount * trust * Math.exp((DECAY_RATES[h] ?? 0) * age))
  add(f64, sums + HALVES + 1, 1)
  if (trust < 1)
    add(f64, base + SLOT.lowTrust, (1 - trust) * amount * Math.exp((DECAY_RATES[LOW_TRUST_HALF_LIFE] ?? 0) * age))
  if (trust < PRESENCE_TRUST) return true
  latest(f64, sums + HALVES, at)
  if (rows.vocabulary.engagement[signal] !== 1) return true
  latest(f64, base + SLOT.lastAt, at)
  earliest(f64, base + SLOT.firstAt, at)
  return true
}

function seen(rows: Rows, i: number, at: EpochMs): void {
  const base = i * rows.slots
  add(rows.f64, base + SLOT.facts, 1)
  latest(rows.f64, base + SLOT.asOf, at)
}

function foldOutcome(rows: Rows, i: number, fact: OutcomeFact): void {
  if (fact.outcome === 'delivered') latest(rows.f64, i * rows.slots + SLOT.contactedAt, fact.at)
}

function foldMembership(rows: Rows, i: number, { change, at }: MembershipFact): void {
  const { f64 } = rows
  const base = i * rows.slots
  if (change.status !== undefined) newest(f64, [base + SLOT.status, base + SLOT.statusAt], STATUS[change.status], at)
  if (change.joinedAt !== undefined) earliest(f64, base + SLOT.joinedAt, change.joinedAt)
  if (change.term !== undefined) foldTerm(f64, base, change.term, at)
  const { autoRenew, dues } = change
  if (dues !== undefined) newest(f64, [base + SLOT.dues, base + SLOT.duesAt], dues, at)
  if (autoRenew !== undefined) newest(f64, [base + SLOT.autoRenew, base + SLOT.autoRenewAt], autoRenew ? 2 : 1, at)
  if (change.renewed === true) {
    add(f64, base + SLOT.renewals, 1)
    latest(f64, base + SLOT.paidAt, at)
  }
  if (change.paymentFailed === true) latest(f64, base + SLOT.paymentFailedAt, at)
  if (change.paymentFailed === false) latest(f64, base + SLOT.paidAt, at)
  foldProfile(rows, i, change, at)
}

type Term = NonNullable<MembershipFact['change']['term']>

/** The term said last is the term; said at the same instant, the one that ends later, then starts later. */
function foldTerm(f64: Float64Array, base: number, term: Term, at: EpochMs): void {
  const order =
    at - (f64[base + SLOT.termAt] ?? 0) ||
    term.end - (f64[base + SLOT.termEnd] ?? 0) ||
    term.start - (f64[base + SLOT.termStart] ?? 0)
  if (order <= 0) return
  f64[base + SLOT.termAt] = at
  f64[base + SLOT.termStart] = term.start
  f64[base + SLOT.termEnd] = term.end
}

/**
 * Adds an alias's row to its member's, or with `sign` -1 takes it back. Sums
 * and counts are undone exactly (up to rounding); times are maxima, which
 * cannot be: a wrong link may leave a later last-activity time behind. A
 * consent that came with it stays as it is: refusals are never undone by us.
 */
export function foldTransfer(rows: Rows, i: number, encoded: Uint8Array, sign: 1 | -1): void {
  const alias = newRows(1, rows.vocabulary)
  decodeRow(encoded, alias, 0)
  const { f64 } = rows
  const base = i * rows.slots
  add(f64, base + SLOT.facts, sign * (alias.f64[SLOT.facts] ?? 0))
  add(f64, base + SLOT.lowTrust, sign * (alias.f64[SLOT.lowTrust] ?? 0))
  for (let signal = 0; signal < rows.vocabulary.signals.length; signal++)
    addSignal(f64.subarray(base + signalSlot(signal)), alias.f64.subarray(signalSlot(signal)), sign)
  latest(f64, base + SLOT.asOf, alias.f64[SLOT.asOf] ?? 0)
  if (sign === -1) return
  latest(f64, base + SLOT.lastAt, alias.f64[SLOT.lastAt] ?? 0)
  latest(f64, base + SLOT.contactedAt, alias.f64[SLOT.contactedAt] ?? 0)
  earliest(f64, base + SLOT.firstAt, alias.f64[SLOT.firstAt] ?? 0)
  joinRings(rows, i, alias, 0)
  joinTails(rows, i, alias.tails[0])
}

function addSignal(own: Float64Array, other: Float64Array, sign: 1 | -1): void {
  const count = (own[HALVES + 1] ?? 0) + sign * (other[HALVES + 1] ?? 0)
  own[HALVES + 1] = count
  // Nothing left is exactly nothing: no rounding dust that would keep the signal alive.
  for (let h = 0; h < HALVES; h++) own[h] = count === 0 ? 0 : (own[h] ?? 0) + sign * (other[h] ?? 0)
  if (sign === 1) latest(own, HALVES, other[HALVES] ?? 0)
}

/** Empties what a row has folded, keeping its text and its evaluation. */
export function clearFold(rows: Rows, i: number): void {
  const base = i * rows.slots
  rows.f64.fill(0, base, base + FOLD_SLOTS)
  rows.f64.fill(0, base + signalSlot(0), base + rows.slots)
}

function add(f64: Float64Array, slot: number, amount: number): void {
  f64[slot] = (f64[slot] ?? 0) + amount
}

function newest(f64: Float64Array, [value, stamp]: readonly [number, number], said: number, at: EpochMs): void {
  const known = f64[stamp] ?? 0
  if (at < known || (at === known && said <= (f64[value] ?? 0))) return
  f64[stamp] = at
  f64[value] = said
}

function latest(f64: Float64Array, slot: number, at: EpochMs): void {
  if (at > (f64[slot] ?? 0)) f64[slot] = at
}

function earliest(f64: Float64Array, slot: number, at: EpochMs): void {
  const known = f64[slot] ?? 0
  if (at > 0 && (known === 0 || at < known)) f64[slot] = at
}
