import { type EpochMs, HOUR_MS, MINUTE_MS } from '@perennial/member'
import { localDay } from './local-time.ts'

/** No run of holidays is longer than this; who lists more is waited for no longer. */
const LONGEST_MS = 31 * 24 * HOUR_MS
/** Clocks are put forward and back by whole quarters of an hour, so that a local day begins at one. */
const QUARTER_MS = 15 * MINUTE_MS

/**
 * The first instant not before `at` that is on none of these days: `at` itself, or a local midnight. Days are written
 * `2026-12-25`, or `12-25` for every year.
 */
export function endOfHolidays(at: EpochMs, timeZone: string, holidays: readonly string[]): EpochMs {
  if (!isHoliday(at, timeZone, holidays)) return at
  let next = Math.floor(at / QUARTER_MS) * QUARTER_MS
  while (next < at + LONGEST_MS && isHoliday(next, timeZone, holidays)) next += QUARTER_MS
  return next
}

function isHoliday(at: EpochMs, timeZone: string, holidays: readonly string[]): boolean {
  if (holidays.length === 0) return false
  const day = localDay(at, timeZone)
  return day !== undefined && (holidays.includes(day) || holidays.includes(day.slice(5)))
}
