import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '@perennial/member'
import type { QuietHours } from './playbook.ts'

/** Clocks are put forward and back at whole quarters of an hour, and formatting takes microseconds: asked once for each. */
const QUARTER_MS = 15 * MINUTE_MS
/** Of all zones together: a year of quarters is 35,000. */
const MAX_OFFSETS = 100_000
const offsets = new Map<string, number>()

/** Formatters are slow to make; there are some 600 zones, and member databases hold wrong names too. */
const MAX_FORMATTERS = 1_000
const formatters = new Map<string, Intl.DateTimeFormat | undefined>()

/** Minutes after local midnight in an IANA zone; undefined for a zone nobody knows. */
export function localMinutes(at: EpochMs, timeZone: string): number | undefined {
  const offset = offsetAt(at, timeZone)
  return offset === undefined ? undefined : Math.floor((at + offset) / MINUTE_MS) % (DAY_MS / MINUTE_MS)
}

/** The local day in an IANA zone, `2026-12-25`; undefined for a zone nobody knows. */
export function localDay(at: EpochMs, timeZone: string): string | undefined {
  const offset = offsetAt(at, timeZone)
  return offset === undefined ? undefined : new Date(at + offset).toISOString().slice(0, 10)
}

export function isTimeZone(name: string): boolean {
  return formatterFor(name) !== undefined
}

/** The member's zone where it is a real one, else the fallback. */
export function zoneOr(timeZone: string | undefined, fallback: string): string {
  return timeZone !== undefined && isTimeZone(timeZone) ? timeZone : fallback
}

/** `from` counts as quiet, `to` does not. Equal ends: never quiet. */
export function isQuiet(at: EpochMs, timeZone: string, { from, to }: QuietHours): boolean {
  const minutes = localMinutes(at, timeZone)
  if (minutes === undefined || from === to) return false
  return from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to
}

/**
 * The first instant not before `at` that is not quiet: `at` itself, or the
 * next whole minute outside. On most days that is as many minutes ahead as the
 * clock on the wall says; when clocks are put forward or back in between, it is
 * found by looking, up to 27 hours ahead: more than any quiet time (at most 23
 * hours) with a clock change.
 */
export function endOfQuiet(at: EpochMs, timeZone: string, quiet: QuietHours): EpochMs {
  if (!isQuiet(at, timeZone, quiet)) return at
  const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS
  const now = localMinutes(at, timeZone) ?? 0
  const expected = minute + ((quiet.to - now + 1_440) % 1_440) * MINUTE_MS
  const isEnd = !isQuiet(expected, timeZone, quiet) && isQuiet(expected - MINUTE_MS, timeZone, quiet)
  return isEnd ? expected : lookForEnd(minute, timeZone, quiet)
}

function lookForEnd(from: EpochMs, timeZone: string, quiet: QuietHours): EpochMs {
  const stride = 15 * MINUTE_MS
  let last = from
  for (let next = from + stride; next <= from + 27 * HOUR_MS; next += stride) {
    if (!isQuiet(next, timeZone, quiet)) break
    last = next
  }
  while (isQuiet(last, timeZone, quiet)) last += MINUTE_MS
  return last
}

/** How far the clock on the wall is ahead of UTC, in ms; undefined for a zone nobody knows. */
function offsetAt(at: EpochMs, timeZone: string): number | undefined {
  const quarter = Math.floor(at / QUARTER_MS)
  const key = `${quarter} ${timeZone}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  const formatter = formatterFor(timeZone)
  if (formatter === undefined) return undefined
  const offset = wallTime(formatter, quarter * QUARTER_MS) - quarter * QUARTER_MS
  if (offsets.size >= MAX_OFFSETS) offsets.clear()
  offsets.set(key, offset)
  return offset
}

/** What the clock on the wall shows, as if it were UTC. */
function wallTime(formatter: Intl.DateTimeFormat, at: EpochMs): EpochMs {
  const parts = new Map(formatter.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
}

function formatterFor(timeZone: string): Intl.DateTimeFormat | undefined {
  if (formatters.has(timeZone)) return formatters.get(timeZone)
  if (formatters.size >= MAX_FORMATTERS) formatters.clear()
  const formatter = makeFormatter(timeZone)
  formatters.set(timeZone, formatter)
  return formatter
}

function makeFormatter(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
    return new Intl.DateTimeFormat('en-GB', { timeZone, ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
