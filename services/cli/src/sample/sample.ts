import { DAY_MS, type EpochMs } from '@perennial/member'
import type { SourceInput } from '@perennial/runtime'
import { communityWeek } from './community.ts'
import { emailWeek } from './email.ts'
import { eventsWeek } from './events.ts'
import { FLAWS, type Happening } from './happening.ts'
import { type Life, newLife, turnWeek, type Week, WEEK_MS } from './life.ts'
import { membershipWeek } from './membership.ts'
import { makePerson } from './person.ts'
import { purchasesWeek } from './purchases.ts'
import { toRecord } from './records.ts'
import { crawlerWeek, websiteWeek } from './website.ts'

export type SampleOptions = Readonly<{
  /** The same seed and end give the same records, byte for byte. */
  seed: number
  /** The instant at which the simulated time ends. Nothing lies at or after it. */
  end: EpochMs
  members: number
  days: number
}>

export const SAMPLE_DEFAULTS = { seed: 1, members: 2_000, days: 730 } as const

/**
 * The sample association: a simulation, seeded, of members who join, take part, drift away and lapse.
 * Records come in the order of their time, over all streams. Memory holds the members and about a month.
 */
export function* sampleRecords(options: SampleOptions): Generator<SourceInput> {
  const { seed, end, members, days } = options
  const start = end - days * DAY_MS
  const lives = Array.from({ length: members }, (_, i) => newLife(makePerson(i + 1, { seed, members, start, end })))
  let waiting: Happening[] = []
  let made = 0
  for (let index = 0; start + index * WEEK_MS < end; index += 1) {
    const week = { seed, index, from: start + index * WEEK_MS, end }
    for (const happening of oneWeek(lives, week)) waiting.push(happening)
    waiting.sort((a, b) => a.at - b.at)
    const until = Math.min(week.from + WEEK_MS, end)
    const ready = waiting.findIndex((happening) => happening.at >= until)
    const due = ready === -1 ? waiting : waiting.slice(0, ready)
    waiting = ready === -1 ? [] : waiting.slice(ready)
    for (const happening of due) yield toRecord(happening, `sample-${seed}-${(made += 1)}`)
  }
}

function* oneWeek(lives: readonly Life[], week: Week): Generator<Happening> {
  for (const life of lives) {
    turnWeek(life)
    yield* membershipWeek(life, week)
    yield* websiteWeek(life, week)
    yield* emailWeek(life, week)
    yield* eventsWeek(life, week)
    yield* purchasesWeek(life, week)
  }
  yield* communityWeek(lives, week)
  yield* crawlerWeek(week)
  yield* badWeek(week)
}

const WEEKS_BETWEEN_BAD = 9

/** Now and then a source system sends nonsense. */
function* badWeek(week: Week): Generator<Happening> {
  const flaw = FLAWS[(week.index / WEEKS_BETWEEN_BAD) % FLAWS.length]
  if (week.index % WEEKS_BETWEEN_BAD !== 0 || flaw === undefined) return
  yield { kind: 'bad', flaw, at: week.from + 3 * DAY_MS, who: {} }
}
