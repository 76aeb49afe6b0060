import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@perennial/member'

const DASH = 45
const PLUS = 43
const DOT = 46
const COMMA = 44
const COLON = 58
const ZERO = 48

/**
 * Epoch milliseconds of an ISO 8601 time in ASCII between two places of `bytes`: `2024-03-01`, or with a time of day
 * after `T` or a blank: `2024-03-01T09:30`, seconds and a fraction of them if known, `Z` or an offset such as `+02:00`.
 * Without an offset it is UTC. NaN for anything else, 30 February included. A fraction is cut to milliseconds.
 */
export function instantOf(bytes: Uint8Array, start: number, end: number): number {
  const day = dayOf(bytes, start, end)
  const at = start + 10
  if (end === at || Number.isNaN(day)) return day
  const mark = bytes[at] ?? 0
  // 32: a blank; 84 and 116: T, t.
  if (mark !== 32 && mark !== 84 && mark !== 116) return Number.NaN
  if (bytes[at + 3] !== COLON || end < at + 6) return Number.NaN
  const hour = twoDigits(bytes, at + 1)
  const minute = twoDigits(bytes, at + 4)
  if (!(hour < 24 && minute < 60)) return Number.NaN
  return day + hour * HOUR_MS + minute * MINUTE_MS + rest(bytes, at + 6, end)
}

/** From the seconds on, if there are any. */
function rest(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== COLON || start === end) return offset(bytes, start, end)
  const seconds = twoDigits(bytes, start + 1)
  // 60 is a leap second: the first of the next minute, as in Unix time.
  if (end < start + 3 || !(seconds <= 60)) return Number.NaN
  let at = start + 3
  let ms = 0
  if (at < end && (bytes[at] === DOT || bytes[at] === COMMA)) {
    const first = ++at
    for (let worth = 100; at < end && isDigit(bytes[at]); at++, worth /= 10)
      if (worth >= 1) ms += ((bytes[at] ?? 0) - ZERO) * worth
    if (at === first) return Number.NaN
  }
  return seconds * SECOND_MS + ms + offset(bytes, at, end)
}

/** What to add for `Z`, `+02:00`, `-0530`, `+01` or nothing. */
function offset(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return 0
  const mark = bytes[start] ?? 0
  // 90 and 122: Z, z.
  if (mark === 90 || mark === 122) return end === start + 1 ? 0 : Number.NaN
  if (mark !== PLUS && mark !== DASH) return Number.NaN
  const length = end - start
  const hours = twoDigits(bytes, start + 1)
  const minutes = length === 3 ? 0 : twoDigits(bytes, end - 2)
  const wellFormed = length === 3 || length === 5 || (length === 6 && bytes[start + 3] === COLON)
  if (!wellFormed || !(hours < 24 && minutes < 60)) return Number.NaN
  return (mark === PLUS ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS)
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** 0000-03-01 to 1970-01-01, in days. */
const MARCH_0000 = 719_468

/** The day, as midnight UTC. Days from the civil date as H. Hinnant counts them: years that begin in March. */
function dayOf(bytes: Uint8Array, at: number, end: number): number {
  if (end < at + 10 || bytes[at + 4] !== DASH || bytes[at + 7] !== DASH) return Number.NaN
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2)
  const month = twoDigits(bytes, at + 5)
  const day = twoDigits(bytes, at + 8)
  if (!(year > 0 && month >= 1 && month <= 12 && day >= 1)) return Number.NaN
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  if (day > (DAYS[month - 1] ?? 0) + (leap ? 1 : 0)) return Number.NaN
  const y = month <= 2 ? year - 1 : year
  const dayOfYear = (((month + 9) % 12) * 153 + 2) / 5
  const days = y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor(dayOfYear) + day - 1
  return (days - MARCH_0000) * DAY_MS
}

/** NaN where there are no two digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  return isDigit(bytes[at]) && isDigit(bytes[at + 1])
    ? ((bytes[at] ?? 0) - ZERO) * 10 + (bytes[at + 1] ?? 0) - ZERO
    : Number.NaN
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9
}
