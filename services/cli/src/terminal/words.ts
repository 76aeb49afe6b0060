import { count } from '@perennial/reporting'
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '@perennial/member'

export { count, date, number, percent } from '@perennial/reporting'

/** 2026-11-23 14:05 UTC */
export function instant(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

const UNITS = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', SECOND_MS],
] as const

/** A length of time in its largest unit: 3 days, 1 minute, less than a second. */
export function duration(ms: number): string {
  for (const [name, size] of UNITS) {
    if (ms >= size) return count(Math.floor(ms / size), name)
  }
  return 'less than a second'
}

/** How far an instant is away: in 3 days, 2 hours ago. */
export function distance(at: EpochMs, now: EpochMs): string {
  if (Math.abs(at - now) < SECOND_MS) return 'now'
  return at > now ? `in ${duration(at - now)}` : `${duration(now - at)} ago`
}

/** 1:05 for 65 seconds, 1:01:05 for an hour more. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS))
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}
