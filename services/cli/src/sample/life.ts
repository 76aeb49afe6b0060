import { DAY_MS, type EpochMs, HOUR_MS } from '@perennial/member'
import { driftFactor, type Evidence } from './hazard.ts'
import type { Person } from './person.ts'
import { between, type Random } from './prng.ts'

export const WEEK_MS = 7 * DAY_MS
const EVIDENCE_WEEKS = 26

/** What changes about a simulated member as the weeks go by. */
export type Life = {
  readonly person: Person
  status: 'prospect' | 'active' | 'lapsed'
  termStart: EpochMs
  termEnd: EpochMs
  firstTerm: boolean
  /** When they make up their mind about the coming renewal, and what came of it. */
  decidesAt: EpochMs
  leaving: boolean
  paymentFailed: boolean
  driftSince: EpochMs | undefined
  ignored: boolean
  posts: number
  marketing: boolean
  readonly consumption: number[]
  readonly belonging: number[]
}

/** One week of the simulation. */
export type Week = Readonly<{ seed: number; index: number; from: EpochMs; end: EpochMs }>

export function newLife(person: Person): Life {
  return {
    person,
    status: 'prospect',
    termStart: person.joinedAt,
    termEnd: person.joinedAt,
    firstTerm: true,
    decidesAt: Infinity,
    leaving: false,
    paymentFailed: false,
    driftSince: undefined,
    ignored: false,
    posts: 0,
    marketing: person.marketing,
    consumption: [],
    belonging: [],
  }
}

/** What the last half year shows, for the hazard. */
export function evidenceOf(life: Life): Evidence {
  return {
    firstTerm: life.firstTerm,
    consumption: sum(life.consumption),
    belonging: sum(life.belonging),
    autoRenew: life.person.autoRenew,
    paymentFailed: life.paymentFailed,
    ignored: life.ignored,
  }
}

/** A new week begins: what lies more than half a year back is forgotten. */
export function turnWeek(life: Life): void {
  for (const counts of [life.consumption, life.belonging]) {
    counts.push(0)
    if (counts.length > EVIDENCE_WEEKS) counts.shift()
  }
}

export function tally(counts: number[], amount = 1): void {
  counts[counts.length - 1] = (counts.at(-1) ?? 0) + amount
}

/** How active they are this week, where 1 is a usual week of an average member. */
export function activityOf(life: Life, week: Week): number {
  const drifting = life.driftSince === undefined ? undefined : (week.from - life.driftSince) / DAY_MS
  const status = { prospect: 0.5, active: 1, lapsed: 0.06 }[life.status]
  return status * season(week.from) * driftFactor(drifting)
}

/** Quieter in the northern summer and at the turn of the year, busier in spring. */
function season(at: EpochMs): number {
  const yearDay = (at / DAY_MS) % 365.25
  return 1 + 0.2 * Math.sin((2 * Math.PI * (yearDay - 45)) / 182.6)
}

/** A moment of this week at which people are awake where this member lives. */
export function momentIn(week: Week, person: Person, random: Random): EpochMs {
  const day = Math.floor(random() * 7)
  const hour = between(random, 7, 22.5) - person.chapter.utcHours
  return Math.floor(week.from + day * DAY_MS + (((hour % 24) + 24) % 24) * HOUR_MS)
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
