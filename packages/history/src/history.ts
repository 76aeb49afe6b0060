import type { EpochMs } from '@perennial/member'
import type { FileReport } from './csv/table.ts'
import type { Action, Facts } from './facts.ts'
import type { Spells } from './spells.ts'
import type { Trait } from './traits-table.ts'

/** The content of a history folder. Nothing in it depends on the order of rows in the files. */
export type History = Readonly<{
  /** Member ids in order; a member is known by the place in this list. */
  members: readonly string[]
  /** Actions by stream and name; a fact's `action` is the place in this list. */
  actions: readonly Action[]
  facts: Facts
  /** undefined without `members.csv`. */
  spells: Spells | undefined
  /** Empty without `traits.csv`. */
  traits: readonly Trait[]
  /** Latest instant that the folder tells of: an activity, a joining or a leaving. Undefined when it tells of none. */
  until: EpochMs | undefined
  /** So long after `until` the folder may still be whole, in milliseconds: see `usualSilence`. */
  silenceMs: number
  report: HistoryReport
}>

export type HistoryReport = Readonly<{
  files: readonly FileReport[]
  /** Facts that repeat the id of an earlier one of the same member, left out. */
  duplicates: number
  /** Columns of `traits.csv` that are ids or free text, left out. */
  traitsLeftOut: readonly string[]
}>

/** The streams of a history, in order. */
export function streamsOf({ actions }: History): string[] {
  return [...new Set(actions.map(({ stream }) => stream))]
}
