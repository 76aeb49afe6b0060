import { MINUTE_MS } from '@perennial/member'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { endOfQuiet, isQuiet, localDay, localMinutes, zoneOr } from './local-time.ts'

const NIGHT = { from: 20 * 60, to: 8 * 60 }
const at = (text: string) => Date.parse(text)
const until = (text: string, zone: string, quiet = NIGHT) => new Date(endOfQuiet(at(text), zone, quiet)).toISOString()

test('local minutes follow the zone and its summer time', () => {
  expect(localMinutes(at('2026-11-23T12:00:00Z'), 'Europe/Berlin')).toBe(13 * 60)
  expect(localMinutes(at('2026-07-23T12:00:00Z'), 'Europe/Berlin')).toBe(14 * 60)
  expect(localMinutes(at('2026-11-23T23:30:00Z'), 'Asia/Kathmandu')).toBe(5 * 60 + 15)
  expect(localMinutes(0, 'Middle-earth/Shire')).toBeUndefined()
})

test.each([
  ['by day it is now', '2026-11-23T12:00:30Z', 'Europe/Berlin', '2026-11-23T12:00:30.000Z'],
  ['in the evening, next morning', '2026-11-23T20:15:10Z', 'Europe/Berlin', '2026-11-24T07:00:00.000Z'],
  ['after midnight, the same morning', '2026-11-23T02:00:00Z', 'Europe/Berlin', '2026-11-23T07:00:00.000Z'],
  ['the first quiet minute', '2026-11-23T19:00:00Z', 'Europe/Berlin', '2026-11-24T07:00:00.000Z'],
  ['the minute in which it ends', '2026-11-23T07:00:00Z', 'Europe/Berlin', '2026-11-23T07:00:00.000Z'],
  [
    'a night that is an hour short (clocks forward)',
    '2026-03-28T20:00:00Z',
    'Europe/Berlin',
    '2026-03-29T06:00:00.000Z',
  ],
  ['a night that is an hour long (clocks back)', '2026-10-24T20:00:00Z', 'Europe/Berlin', '2026-10-25T07:00:00.000Z'],
  ['half past: zones are not all whole hours', '2026-11-23T20:00:00Z', 'Asia/Kolkata', '2026-11-24T02:30:00.000Z'],
])('quiet hours end: %s', (_, from, zone, expected) => {
  expect(until(from, zone)).toBe(expected)
})

test('an end that the clock skips is taken as soon as the clock is past it', () => {
  expect(until('2026-03-29T00:30:00Z', 'Europe/Berlin', { from: 60, to: 150 })).toBe('2026-03-29T01:00:00.000Z')
})

test('an unknown zone falls back', () => {
  expect(zoneOr('Middle-earth/Shire', 'UTC')).toBe('UTC')
  expect(zoneOr(undefined, 'Europe/Paris')).toBe('Europe/Paris')
  expect(zoneOr('Asia/Tokyo', 'UTC')).toBe('Asia/Tokyo')
})

test('the end is the first whole minute outside, for any night, any zone and any instant', () => {
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu')
  const instants = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') })
  const nights = fc
    .tuple(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 1, max: 23 * 60 }))
    .map(([from, length]) => ({ from, to: (from + length) % 1_440 }))
  fc.assert(
    fc.property(instants, zones, nights, (now, zone, night) => {
      const end = endOfQuiet(now, zone, night)
      if (!isQuiet(now, zone, night)) return end === now
      return (
        end > now && !isQuiet(end, zone, night) && isQuiet(end - MINUTE_MS, zone, night) && end - now <= 25 * 3_600_000
      )
    }),
    { numRuns: 300 },
  )
})

test('minutes and days are those that the platform tells, in any zone at any instant', () => {
  const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
  const instants = fc.integer({ min: at('1990-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') })
  fc.assert(
    fc.property(instants, zones, (now, timeZone) => {
      const form = {
        timeZone,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
      } as const
      const text = new Intl.DateTimeFormat('sv-SE', form).format(now)
      const minutes = Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16))
      return localDay(now, timeZone) === text.slice(0, 10) && localMinutes(now, timeZone) === minutes
    }),
  )
})
