import { DAY_MS, type EpochMs, MINUTE_MS } from '@perennial/member'
import { localDay, localMinutes } from '../local-time.ts'
import { type Schedule, WEEKDAYS } from './owners.ts'

/** A stretch of time that is told of at its end. */
export type Period = Readonly<{
  /** The local day on which it is due, `2026-11-23`: names it, and orders periods. */
  id: string
  dueAt: EpochMs
  /** As long as it usually is. */
  from: EpochMs
}>

/** The latest period that is due by `now`. */
export function duePeriod(schedule: Schedule, now: EpochMs): Period {
  const days = schedule.on === undefined ? 1 : 7
  // Today may not be due yet, and then a week ago is; a day more for days of 25 hours.
  for (let back = 0; back <= 8; back++) {
    const day = localDay(now - back * DAY_MS, schedule.timeZone) ?? dayOf(now - back * DAY_MS)
    const dueAt = instantOf(day, schedule)
    if (dueAt > now || !isOn(day, schedule)) continue
    return { id: day, dueAt, from: instantOf(dayOf(Date.parse(day) - days * DAY_MS), schedule) }
  }
  throw new Error(`No day of the last eight is a ${schedule.on ?? 'day'}.`)
}

function isOn(day: string, { on }: Schedule): boolean {
  return on === undefined || WEEKDAYS[new Date(day).getUTCDay()] === on
}

/** The instant at which clocks in the zone show this time on this day; where they leap over it, an hour beside. */
function instantOf(day: string, { at, timeZone }: Schedule): EpochMs {
  const wall = Date.parse(day) + at * MINUTE_MS
  // Twice: the first guess may lie on the other side of a clock change.
  let instant = wall
  for (let guess = 0; guess < 2; guess++) instant = wall - aheadOfUtc(instant, timeZone)
  return instant
}

function aheadOfUtc(instant: EpochMs, timeZone: string): number {
  const day = localDay(instant, timeZone) ?? dayOf(instant)
  const shown = Date.parse(day) + (localMinutes(instant, timeZone) ?? 0) * MINUTE_MS
  return shown - Math.floor(instant / MINUTE_MS) * MINUTE_MS
}

function dayOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 10)
}
