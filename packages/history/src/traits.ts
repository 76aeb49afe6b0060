import type { Trait } from './traits-table.ts'

/** A column made of a trait. */
export type TraitColumn = Readonly<{ name: string; value(member: number): number }>

/** Levels of a category beyond the most frequent ones share a column. */
const MOST_COLUMNS = 12
/** A level that fewer have is one with the rare ones: too few to learn from. */
const FEWEST = 5

/**
 * Columns for the traits of some members, the ones that a model is to learn from: a number as it is (NaN unknown), a
 * category as a column of 0 and 1 per frequent level, one for the rest. Where anybody's value is unknown, that is a
 * column too. The same columns are then made for anybody else, whatever levels those have.
 */
export function traitColumns(traits: readonly Trait[], members: Uint32Array): TraitColumn[] {
  return traits.flatMap((trait) =>
    trait.kind === 'number' ? numberColumns(trait, members) : levelColumns(trait, members),
  )
}

function numberColumns({ name, values }: Extract<Trait, { kind: 'number' }>, members: Uint32Array): TraitColumn[] {
  const value = (member: number) => values[member] ?? Number.NaN
  const column = { name: `trait:${name}`, value }
  const unknown = (member: number) => (Number.isNaN(value(member)) ? 1 : 0)
  return members.some((member) => unknown(member) === 1)
    ? [column, { name: `trait:${name} unknown`, value: unknown }]
    : [column]
}

function levelColumns(
  { name, levels, codes }: Extract<Trait, { kind: 'category' }>,
  members: Uint32Array,
): TraitColumn[] {
  const counts = new Uint32Array(levels.length + 1)
  // Unknown, -1, is counted behind the levels.
  const codeOf = (member: number) => (codes[member] === undefined || codes[member] < 0 ? levels.length : codes[member])
  for (const member of members) counts[codeOf(member)] = (counts[codeOf(member)] ?? 0) + 1
  const byFrequency = levels
    .map((level, code) => ({ level, code, count: counts[code] ?? 0 }))
    .toSorted((a, b) => b.count - a.count || (a.level < b.level ? -1 : 1))
  const frequent = byFrequency.slice(0, MOST_COLUMNS).filter(({ count }) => count >= FEWEST)
  const shown = new Set(frequent.map(({ code }) => code))
  const columns = frequent.map(({ level, code }) => ({
    name: `trait:${name}=${level}`,
    value: (member: number) => (codeOf(member) === code ? 1 : 0),
  }))
  const rest = (member: number) => (codeOf(member) < levels.length && !shown.has(codeOf(member)) ? 1 : 0)
  const unknown = (member: number) => (codeOf(member) === levels.length ? 1 : 0)
  const others = [
    { name: `trait:${name} other`, value: rest },
    { name: `trait:${name} unknown`, value: unknown },
  ]
  return [...columns, ...others.filter(({ value }) => members.some((member) => value(member) === 1))]
}
