import { DAY_MS, HOUR_MS, MINUTE_MS } from '@perennial/member'
import { type Reader, scalar } from './reader.ts'

const UNIT_MS = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS } as const

/** Names go into contact keys, job ids and metric labels. */
export const name: Reader<string> = scalar('a name of small letters, digits and hyphens, up to 60', (value) =>
  typeof value === 'string' && /^[a-z][a-z0-9-]{0,59}$/.test(value) ? value : undefined,
)

export const text: Reader<string> = scalar('some text', (value) =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined,
)

export const flag: Reader<boolean> = scalar('true or false', (value) =>
  typeof value === 'boolean' ? value : undefined,
)

/** 30m, 12h, 7d, 2w, or 0; in milliseconds. */
export const duration: Reader<number> = scalar('a duration such as 30m, 12h, 7d or 2w, or 0', (value) => {
  if (value === 0) return 0
  const [, count, unit] = /^(\d{1,5})([mhdw])$/.exec(String(value)) ?? []
  return count === undefined ? undefined : Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
})

/** '08:30', in minutes after midnight. */
export const timeOfDay: Reader<number> = scalar("a time of day in quotes, such as '08:30'", (value) => {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(String(value)) ?? []
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes)
})

export function integer(least: number, most: number): Reader<number> {
  return scalar(`a whole number from ${least} to ${most}`, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined,
  )
}

export const share: Reader<number> = scalar('a number from 0 to 1', (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined,
)
