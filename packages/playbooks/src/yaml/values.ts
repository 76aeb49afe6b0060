import { DAY_MS, HOUR_MS, MINUTE_MS } from '@perennial/member'
import type { BandName } from '@perennial/risk'
import { isTimeZone } from '../local-time.ts'
import { list, oneOf, type Reader, scalar, secret } from './reader.ts'

const UNIT_MS = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS } as const

const NAME = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,59}$' }
const DURATION = { type: ['string', 'integer'], pattern: '^(0|\\d{1,5}[mhdw])$', maximum: 0, minimum: 0 }
const SIGNED_DURATION = { ...DURATION, pattern: '^-?(0|\\d{1,5}[mhdw])$' }

/** Names go into contact keys, job ids and metric labels. */
export const name: Reader<string> = scalar('a name of small letters, digits and hyphens, up to 60', NAME, (value) =>
  typeof value === 'string' && /^[a-z][a-z0-9-]{0,59}$/.test(value) ? value : undefined,
)

export const text: Reader<string> = scalar('some text', { type: 'string', minLength: 1 }, (value) =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined,
)

export const flag: Reader<boolean> = scalar('true or false', { type: 'boolean' }, (value) =>
  typeof value === 'boolean' ? value : undefined,
)

/** 30m, 12h, 7d, 2w, or 0; in milliseconds. */
export const duration: Reader<number> = scalar('a duration such as 30m, 12h, 7d or 2w, or 0', DURATION, durationMs)

/** The same, and -30d for before. */
export const signedDuration: Reader<number> = scalar(
  'a duration such as 14d or, for before, -30d',
  SIGNED_DURATION,
  (value) => {
    const text = String(value)
    const ms = durationMs(text.startsWith('-') ? text.slice(1) : value)
    return text.startsWith('-') && ms !== undefined ? -ms : ms
  },
)

function durationMs(value: unknown): number | undefined {
  if (value === 0 || value === '0') return 0
  const [, count, unit] = /^(\d{1,5})([mhdw])$/.exec(String(value)) ?? []
  return count === undefined ? undefined : Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
}

/** '08:30', in minutes after midnight. */
export const timeOfDay: Reader<number> = scalar(
  "a time of day in quotes, such as '08:30'",
  { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' },
  (value) => {
    const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(String(value)) ?? []
    return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes)
  },
)

export function integer(least: number, most: number): Reader<number> {
  const schema = { type: 'integer', minimum: least, maximum: most }
  return scalar(`a whole number from ${least} to ${most}`, schema, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined,
  )
}

export const share: Reader<number> = scalar(
  'a number from 0 to 1',
  { type: 'number', minimum: 0, maximum: 1 },
  (value) => (typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined),
)

/** A share that can be told from none and all. */
export const innerShare: Reader<number> = scalar(
  'a number between 0 and 1',
  { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
  (value) => (typeof value === 'number' && value > 0 && value < 1 ? value : undefined),
)

export const amount: Reader<number> = scalar('a number from 0', { type: 'number', minimum: 0 }, (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined,
)

/** Names of signals are made of small letters, digits and underscores; see `SIGNALS` of @perennial/member. */
export const signalName: Reader<string> = scalar(
  'a signal such as login or event_attended',
  { type: 'string', pattern: '^[a-z][a-z0-9_.-]{0,119}$' },
  (value) => (typeof value === 'string' && /^[a-z][a-z0-9_.-]{0,119}$/.test(value) ? value : undefined),
)

export const texts: Reader<readonly string[]> = list(text)

const BANDS = ['low', 'medium', 'high'] as const satisfies readonly BandName[]

export const bands: Reader<readonly BandName[]> = list(oneOf(BANDS))

/** '2026-12-25', or '12-25' for every year. Not quoted, YAML still takes both for text. */
export const day: Reader<string> = scalar(
  "a day such as '2026-12-25', or '12-25' for every year",
  { type: 'string', pattern: '^(\\d{4}-)?\\d{2}-\\d{2}$' },
  (value) => (typeof value === 'string' && isDay(value) ? value : undefined),
)

/** One day, `2027-06-30`: its first instant in UTC. */
export const date: Reader<number> = scalar(
  "a day with its year, such as '2027-06-30'",
  { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
  (value) => (typeof value === 'string' && value.length === 10 && isDay(value) ? Date.parse(value) : undefined),
)

function isDay(text: string): boolean {
  // A leap year, so that the 29th of February is a day of every year.
  const whole = text.length === 5 ? `2024-${text}` : text
  return /^\d{4}-\d{2}-\d{2}$/.test(whole) && new Date(`${whole}T00:00:00Z`).toJSON()?.slice(0, 10) === whole
}

export const timeZone: Reader<string> = scalar('a time zone such as Europe/Berlin', { type: 'string' }, (value) =>
  typeof value === 'string' && isTimeZone(value) ? value : undefined,
)

const EMAIL_ADDRESS = /^[^\s<>(),;:"@]+@[^\s<>(),;:"@]+\.[^\s<>(),;:"@]+$/

/** A colleague's. Never quoted where it is wrong. */
export const emailAddress: Reader<string> = secret(
  'an email address such as ops@association.example',
  { type: 'string', pattern: EMAIL_ADDRESS.source },
  (value) => (typeof value === 'string' && EMAIL_ADDRESS.test(value) ? value : undefined),
)
