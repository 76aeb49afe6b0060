import type { EpochMs } from '@perennial/member'
import { type Exposure, firstExposures, type Outcome } from './exposure.ts'

/** Sums over the members of an arm. Those of parts, such as partitions, add up: nobody needs all members in one place. */
export type ArmSums = Readonly<{
  members: number
  successes: number
  /** Members with a risk before, those of them who succeeded, and sums of that risk. */
  scored: number
  scoredSuccesses: number
  risk: number
  riskSquared: number
  riskOfSuccesses: number
  /** Members whose dues are known, and their dues. */
  withDues: number
  dues: number
}>

export type Tally = Readonly<{
  treated: ArmSums
  control: ArmSums
  /** Exposures whose window is still open: counted later, for until then only successes would show. */
  waiting: number
}>

export type Question = Readonly<{
  play: string
  /** How long after the assignment the goal must be reached. */
  windowMs: number
  asOf: EpochMs
  /** Only exposures from here on: set it to when the holdout's share was last changed. */
  since?: EpochMs
}>

/** What became of the members who were up for a play, by arm. The global control is not compared with a single play. */
export function tally(exposures: Iterable<Exposure>, outcomes: Iterable<Outcome>, question: Question): Tally {
  const { play, windowMs, asOf, since = -Infinity } = question
  if (!(windowMs >= 0)) throw new Error(`The window of ${play} is a number of milliseconds, not ${windowMs}.`)
  const reached = timesByMember(outcomes, play)
  const sums = { treated: newSums(), control: newSums() }
  let waiting = 0
  for (const exposure of firstExposures(exposures)) {
    const { arm, assignedAt } = exposure
    if (exposure.play !== play || arm === 'global-control' || assignedAt < since || assignedAt > asOf) continue
    const until = assignedAt + windowMs
    if (until > asOf) waiting++
    else
      count(
        sums[arm],
        exposure,
        (reached.get(exposure.memberId) ?? []).some((at) => at >= assignedAt && at <= until),
      )
  }
  return { ...sums, waiting }
}

/** The tally of all members from those of parts that have no member in common. */
export function mergedTally(parts: readonly Tally[]): Tally {
  const sums = { treated: newSums(), control: newSums() }
  for (const part of parts) {
    add(sums.treated, part.treated)
    add(sums.control, part.control)
  }
  return { ...sums, waiting: parts.reduce((sum, { waiting }) => sum + waiting, 0) }
}

type Sums = { -readonly [Name in keyof ArmSums]: ArmSums[Name] }

function newSums(): Sums {
  return {
    members: 0,
    successes: 0,
    scored: 0,
    scoredSuccesses: 0,
    risk: 0,
    riskSquared: 0,
    riskOfSuccesses: 0,
    withDues: 0,
    dues: 0,
  }
}

function count(sums: Sums, { riskBefore, dues }: Exposure, succeeded: boolean): void {
  const success = succeeded ? 1 : 0
  const risk = riskBefore ?? 0
  const scored = riskBefore === undefined ? 0 : 1
  add(sums, {
    members: 1,
    successes: success,
    scored,
    scoredSuccesses: scored * success,
    risk,
    riskSquared: risk * risk,
    riskOfSuccesses: risk * success,
    withDues: dues === undefined ? 0 : 1,
    dues: dues ?? 0,
  })
}

function add(sums: Sums, more: ArmSums): void {
  for (const name of Object.keys(sums) as (keyof ArmSums)[]) sums[name] += more[name]
}

function timesByMember(outcomes: Iterable<Outcome>, play: string): ReadonlyMap<string, readonly EpochMs[]> {
  const times = new Map<string, EpochMs[]>()
  for (const outcome of outcomes) {
    if (outcome.play !== play) continue
    const known = times.get(outcome.memberId)
    if (known === undefined) times.set(outcome.memberId, [outcome.at])
    else known.push(outcome.at)
  }
  return times
}
