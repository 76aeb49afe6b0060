import { DAY_MS, type EpochMs } from '@perennial/member'

export type Week = Readonly<{ from: EpochMs; until: EpochMs }>

/** ISO 8601: `2026-W48`, Monday to Sunday, in UTC; undefined: no such week. */
export function isoWeek(text: string): Week | undefined {
  const [, year = '', week = ''] = /^(\d{4})-W(\d{2})$/.exec(text) ?? []
  if (year === '') return undefined
  // The 4th of January lies in the first week.
  const from = mondayOf(Date.UTC(Number(year), 0, 4)) + (Number(week) - 1) * 7 * DAY_MS
  const isOfYear = new Date(from + 3 * DAY_MS).getUTCFullYear() === Number(year)
  return Number(week) >= 1 && isOfYear ? { from, until: from + 7 * DAY_MS } : undefined
}

/** The latest week that is over. */
export function lastWeek(now: EpochMs): Week {
  const until = mondayOf(now)
  return { from: until - 7 * DAY_MS, until }
}

function mondayOf(at: EpochMs): EpochMs {
  const day = Math.floor(at / DAY_MS)
  // The first day of the epoch was a Thursday.
  return (day - ((day + 3) % 7)) * DAY_MS
}
