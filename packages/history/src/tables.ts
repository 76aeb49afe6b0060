import type { Feature } from '@perennial/features'
import type { Rows } from '@perennial/member'
import { membershipYear } from '@perennial/risk'
import type { History } from './history.ts'
import type { Population } from './population.ts'
import type { TraitColumn } from './traits.ts'
import { type RowOptions, visitRows } from './visit-rows.ts'

/** The members of a population as a learner sees them: a column per feature, what became of them, who they are. */
export type PopulationTable = Readonly<{
  names: readonly string[]
  /** By name, a value for each member; NaN = unknown. */
  columns: readonly Float64Array[]
  labels: Uint8Array
  /** Year of membership 1, 2 …, for the prior. */
  years: Uint8Array
  population: Population
  n: number
}>

export type TableOptions = RowOptions & Readonly<{ features: readonly Feature[]; traits: readonly TraitColumn[] }>

/** A table for each population, in their order, from one pass over the history. */
export function tablesAt(
  history: History,
  options: TableOptions,
  populations: readonly Population[],
): PopulationTable[] {
  const { features, traits } = options
  const tables = populations.map((population) => {
    const n = population.members.length
    const columns = [...features, ...traits].map(() => new Float64Array(n))
    return { population, n, columns, years: new Uint8Array(n) }
  })
  visitRows(history, options, populations, (rows, cut, place) => {
    const table = tables[cut]
    if (table === undefined) return
    const { columns, years, population } = table
    years[place] = membershipYear(rows, 0)
    fill(columns, features, { rows, at: population.cutoff, place })
    const member = population.members[place] ?? 0
    for (const [t, trait] of traits.entries()) set(columns[features.length + t], place, trait.value(member))
  })
  const names = [...features, ...traits].map(({ name }) => name)
  return tables.map((table) => ({ names, labels: table.population.labels, ...table }))
}

type Where = Readonly<{ rows: Rows; at: number; place: number }>

function fill(columns: readonly Float64Array[], features: readonly Feature[], { rows, at, place }: Where): void {
  for (let f = 0; f < features.length; f++) set(columns[f], place, features[f]?.value(rows, 0, at) ?? Number.NaN)
}

function set(column: Float64Array | undefined, place: number, value: number): void {
  if (column !== undefined) column[place] = value
}
