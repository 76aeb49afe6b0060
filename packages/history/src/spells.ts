import type { BadRow } from './csv/table.ts'
import type { SpellRow } from './members-table.ts'

/**
 * Times of membership: the spells of member m are those from `starts[m]` to `starts[m + 1]`, in the order of time and
 * without overlap; the terms of spell s are those from `termStarts[s]` to `termStarts[s + 1]`, in that order too.
 */
export type Spells = Readonly<{
  count: number
  starts: Uint32Array
  member: Uint32Array
  /** As the file numbers it, else 1, 2 … by time. */
  number: Uint32Array
  joinedAt: Float64Array
  /** Infinity where nobody has said that it ended. */
  leftAt: Float64Array
  termStarts: Uint32Array
  terms: readonly Term[]
}>

/** NaN for what is not said: a membership for life has no end. */
export type Term = Readonly<{ start: number; end: number; dues: number }>

/** A spell with the terms that rows with its member and joining date tell of. */
export type Spell = { member: number; number: number; joinedAt: number; leftAt: number; terms: Term[] }

const OVERLAP = 'the spell begins before the one before it ended (is its left_at missing?)'

/** Joins rows of one spell, in the order of member and time, and tells of those that overlap: they are left out. */
export function mergedSpells(rows: readonly SpellRow[], tell: (bad: BadRow) => void): Spell[] {
  const spells: Spell[] = []
  for (const row of rows.toSorted(inOrder)) {
    const last = spells.at(-1)
    if (last?.member === row.member && last.joinedAt === row.joinedAt) {
      addTerm(last, row)
      if (!Number.isNaN(row.leftAt)) last.leftAt = Math.max(row.leftAt, last.leftAt === Infinity ? 0 : last.leftAt)
    } else if (last?.member === row.member && last.leftAt > row.joinedAt) {
      tell({ line: row.line, reason: OVERLAP })
    } else {
      const ordinal = last?.member === row.member ? last.number + 1 : 1
      const number = Number.isNaN(row.spell) ? ordinal : row.spell
      const leftAt = Number.isNaN(row.leftAt) ? Infinity : row.leftAt
      const spell = { member: row.member, number, joinedAt: row.joinedAt, leftAt, terms: [] }
      addTerm(spell, row)
      spells.push(spell)
    }
  }
  return spells
}

/** A total order, so that the order of the file changes nothing. */
function inOrder(a: SpellRow, b: SpellRow): number {
  return (
    a.member - b.member ||
    a.joinedAt - b.joinedAt ||
    compare(a.termStart, b.termStart) ||
    compare(a.termEnd, b.termEnd) ||
    compare(a.leftAt, b.leftAt) ||
    compare(a.spell, b.spell) ||
    compare(a.dues, b.dues)
  )
}

function compare(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : a - b
}

/** A term that stands there twice is one: a second would be a renewal. Rows come in order, so equal ones follow. */
function addTerm(spell: Spell, { termStart: start, termEnd: end, dues }: SpellRow): void {
  if (Number.isNaN(end) && Number.isNaN(dues)) return
  const last = spell.terms.at(-1)
  const isRepeat = last !== undefined && Object.is(last.start, start) && Object.is(last.end, end)
  if (!isRepeat) spell.terms.push({ start, end, dues })
  else if (Number.isNaN(last.dues)) spell.terms[spell.terms.length - 1] = { start, end, dues }
}

/** The spells as columns. `rank[number]` is the place of a member among `members`. */
export function spellsOf(spells: readonly Spell[], rank: Uint32Array): Spells {
  const members = rank.length
  const sorted = spells
    .map((spell) => ({ ...spell, member: rank[spell.member] ?? 0 }))
    .toSorted((a, b) => a.member - b.member || a.joinedAt - b.joinedAt)
  const starts = new Uint32Array(members + 1)
  for (const { member } of sorted) starts[member + 1] = (starts[member + 1] ?? 0) + 1
  for (let m = 1; m <= members; m++) starts[m] = (starts[m] ?? 0) + (starts[m - 1] ?? 0)
  const termStarts = new Uint32Array(sorted.length + 1)
  for (const [s, { terms }] of sorted.entries()) termStarts[s + 1] = (termStarts[s] ?? 0) + terms.length
  return {
    count: sorted.length,
    starts,
    member: Uint32Array.from(sorted, ({ member }) => member),
    number: Uint32Array.from(sorted, ({ number }) => number),
    joinedAt: Float64Array.from(sorted, ({ joinedAt }) => joinedAt),
    leftAt: Float64Array.from(sorted, ({ leftAt }) => leftAt),
    termStarts,
    terms: sorted.flatMap(({ terms }) => terms),
  }
}
