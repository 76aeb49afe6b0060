import { type EpochMs, foldActivity, foldFact, newRows, resetRow, type Rows, type Vocabulary } from '@perennial/member'
import type { History } from './history.ts'
import { membershipFactsOf } from './membership-facts.ts'
import { effectsOf } from './signals.ts'

/** Some members at one instant. `members` are places in `history.members`, rising. */
export type Cut = Readonly<{ cutoff: EpochMs; members: Uint32Array }>

export type RowOptions = Readonly<{
  vocabulary: Vocabulary
  /** Actions that are as if they had never happened. */
  ignored: readonly string[]
  /** Whether the terms of `members.csv` are used: see `termsAreKnown`. */
  terms: boolean
}>

/** `place` is the place among the members of cut `cut`; the row, `rows` 0, is good until the visit ends. */
export type Visit = (rows: Rows, cut: number, place: number) => void

/** Nothing in a history says that a machine did it. */
const TRUSTED = 1

/**
 * Shows the row of every member of every cut as it was at that instant: all that happened strictly before it, folded by
 * the fold that scores live, and nothing else. Member by member, in one pass over the history, whatever the number of
 * cuts: one row is in memory.
 */
export function visitRows(history: History, options: RowOptions, cuts: readonly Cut[], visit: Visit): void {
  const { facts } = history
  const rows = newRows(1, options.vocabulary)
  const effects = effectsOf(history, options.vocabulary, options.ignored)
  const inOrder = cuts.map(({ cutoff, members }, cut) => ({ cutoff, members, cut, place: 0 }))
  inOrder.sort((a, b) => a.cutoff - b.cutoff)
  const activity = { at: 0, idHi: 0, idLo: 0, signal: 0, amount: 0, trust: TRUSTED }

  function foldUpTo(from: number, end: number, cutoff: EpochMs): number {
    let i = from
    for (; i < end && (facts.at[i] ?? 0) < cutoff; i++) {
      const effect = effects[facts.action[i] ?? 0]
      if (effect === undefined) continue
      activity.at = facts.at[i] ?? 0
      activity.idHi = facts.idHi[i] ?? 0
      activity.idLo = facts.idLo[i] ?? 0
      activity.signal = effect.signal
      activity.amount = effect.amount
      foldActivity(rows, 0, activity, false)
    }
    return i
  }

  for (let m = 0; m < history.members.length; m++) {
    const here = inOrder.filter((cut) => cut.members[cut.place] === m)
    if (here.length === 0) continue
    resetRow(rows, 0)
    const membership = membershipFactsOf(history, m, options.terms)
    let said = 0
    let next = facts.starts[m] ?? 0
    for (const cut of here) {
      for (let fact = membership[said]; fact !== undefined && fact.at < cut.cutoff; fact = membership[++said])
        foldFact(rows, 0, fact)
      next = foldUpTo(next, facts.starts[m + 1] ?? 0, cut.cutoff)
      visit(rows, cut.cut, cut.place++)
    }
  }
}

/** So many members without a known term are put down to people who joined and have not paid yet. */
const MOST_WITHOUT = 0.01

/**
 * Whether the terms in `members.csv` can be used at these cuts. An export that has only the latest term of each spell
 * tells who stayed: of whom no term is known at a cut-off, though a later one is given, has renewed since. Then no
 * term may be used. They can where at each cut at most 1 % of the members with terms are such.
 */
export function termsAreKnown({ spells }: History, cuts: readonly Cut[]): boolean {
  if (spells === undefined) return false
  return cuts.every(({ cutoff, members }) => {
    let withTerms = 0
    let unknown = 0
    for (const m of members) {
      const starts = termStartsOf(spells, m)
      if (starts.length === 0) continue
      withTerms++
      if (starts.every((start) => start >= cutoff)) unknown++
    }
    return unknown <= withTerms * MOST_WITHOUT
  })
}

function termStartsOf({ starts, termStarts, terms }: NonNullable<History['spells']>, m: number): number[] {
  const [from, to] = [termStarts[starts[m] ?? 0], termStarts[starts[m + 1] ?? 0]]
  return terms.slice(from, to).flatMap(({ start }) => (Number.isNaN(start) ? [] : [start]))
}
