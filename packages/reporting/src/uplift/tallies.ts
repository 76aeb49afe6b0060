import { ALL_PLAYS, asOnePlay, mergedTally, type Tally, tally } from '@perennial/effect'
import type { EpochMs } from '@perennial/member'
import type { Plays } from '@perennial/playbooks'
import type { Counter, Seen } from '../survey.ts'
import { exposuresOf } from './exposures.ts'

/** By play; and of all plays together, under `ALL_PLAYS`. */
export type Tallies = ReadonlyMap<string, Tally>

type Question = Readonly<{
  plays: Pick<Plays, 'playbooks' | 'policy'>
  now: EpochMs
  /** Only who was up for a play from here on; undefined: from the beginning. */
  since?: EpochMs
}>

/** Counts what became of everybody who was up for a play. */
export function tallyCounter(question: Question): Counter & Readonly<{ tallies(): Tallies }> {
  const sums = new Map<string, Tally>()
  return {
    take(page) {
      for (const [play, part] of tallied(question, page)) {
        const known = sums.get(play)
        sums.set(play, known === undefined ? part : mergedTally([known, part]))
      }
    },
    tallies: () => sums,
  }
}

function tallied({ plays, now, since }: Question, page: readonly Seen[]): [string, Tally][] {
  const found = page.map(({ row, entries }) => exposuresOf(plays, row, entries))
  const exposures = found.flatMap((one) => one.exposures)
  const outcomes = found.flatMap((one) => one.outcomes)
  if (exposures.length === 0) return []
  const longest = Math.max(...plays.playbooks.map(({ success }) => success.withinMs))
  const all = outcomes.map((outcome) => ({ ...outcome, play: ALL_PLAYS }))
  const from = since === undefined ? {} : { since }
  return [
    ...plays.playbooks.map(({ name, success }): [string, Tally] => [
      name,
      tally(exposures, outcomes, { play: name, windowMs: success.withinMs, asOf: now, ...from }),
    ]),
    [ALL_PLAYS, tally(asOnePlay(exposures), all, { play: ALL_PLAYS, windowMs: longest, asOf: now, ...from })],
  ]
}
