import { DAY_MS, type EpochMs, HOUR_MS } from '@perennial/member'
import { Fault } from '@perennial/runtime'
import { instantOf } from './csv/instant.ts'

const UNITS: Readonly<Record<string, number>> = { h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS }

/** Whether a text has the form of a duration, such as `365d`. */
export function isDuration(text: string): boolean {
  return /^\d+(\.\d+)?[hdw]$/.test(text)
}

/**
 * Milliseconds of a duration: a number and `h`, `d` or `w`, as in `365d`. Months and years are of no fixed length, so
 * they are not taken. Throws a Fault `history/option`; `option` says whose value it is.
 */
export function parseDuration(text: string, option: string): number {
  const unit = UNITS[text.slice(-1)]
  if (isDuration(text) && unit !== undefined) return Number(text.slice(0, -1)) * unit
  throw new Fault(
    'history/option',
    `${option} is '${text}': give a number of hours, days or weeks, such as 36h, 365d or 12w.`,
  )
}

/** The instant of an ISO 8601 date or time, UTC where no offset is given. Throws a Fault `history/option`. */
export function parseInstant(text: string, option: string): EpochMs {
  const bytes = new TextEncoder().encode(text)
  const at = instantOf(bytes, 0, bytes.length)
  if (!Number.isNaN(at)) return at
  throw new Fault('history/option', `${option} is '${text}': give a date such as 2024-03-01 or 2024-03-01T09:30:00Z.`)
}
