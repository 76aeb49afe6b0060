import { DAY_MS, HOUR_MS } from '@perennial/member'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { localDay, localMinutes } from '../local-time.ts'
import { duePeriod } from './due-period.ts'
import { type Schedule, WEEKDAYS } from './owners.ts'

const berlin = (on: Schedule['on'], at = 8 * 60): Schedule => ({ on, at, timeZone: 'Europe/Berlin' })
const at = (text: string) => Date.parse(text)

describe('the period that is due', () => {
  test.each([
    ['a minute before eight it is yesterday’s', berlin(undefined), '2026-11-24T06:59:00Z', '2026-11-23'],
    ['at eight on the wall it is today’s', berlin(undefined), '2026-11-24T07:00:00Z', '2026-11-24'],
    ['the same wall clock in summer', berlin(undefined), '2026-07-24T06:00:00Z', '2026-07-24'],
    ['on a Tuesday Monday’s week', berlin('monday'), '2026-11-24T12:00:00Z', '2026-11-23'],
    ['on Monday before eight the week before', berlin('monday'), '2026-11-23T06:59:59Z', '2026-11-16'],
    ['on Monday at eight this one', berlin('monday'), '2026-11-23T07:00:00Z', '2026-11-23'],
    [
      'where the day began earlier',
      { on: undefined, at: 0, timeZone: 'Pacific/Auckland' },
      '2026-11-23T11:00:00Z',
      '2026-11-24',
    ],
  ] as const)('%s', (_, schedule, now, id) => {
    expect(duePeriod(schedule, at(now)).id).toBe(id)
  })

  test('a week with a change of clocks is an hour longer, and nothing lies between two weeks', () => {
    const { dueAt, from } = duePeriod(berlin('monday'), at('2026-10-26T09:00:00Z'))
    expect(dueAt - from).toBe(7 * DAY_MS + HOUR_MS)
    expect(duePeriod(berlin('monday'), dueAt - 1).dueAt).toBe(from)
  })

  test('is due at that time on the wall, is over, and is the latest', () => {
    const schedules = fc.record({
      on: fc.option(fc.constantFrom(...WEEKDAYS), { nil: undefined }),
      // Nobody changes clocks then.
      at: fc.integer({ min: 5 * 60, max: 20 * 60 }),
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'),
    })
    fc.assert(
      fc.property(schedules, fc.integer({ min: at('2026-01-01'), max: at('2028-01-01') }), (schedule, now) => {
        const { id, dueAt, from } = duePeriod(schedule, now)
        expect(dueAt).toBeLessThanOrEqual(now)
        expect(localDay(dueAt, schedule.timeZone)).toBe(id)
        expect(localMinutes(dueAt, schedule.timeZone)).toBe(schedule.at)
        expect(localMinutes(from, schedule.timeZone)).toBe(schedule.at)
        const longest = (schedule.on === undefined ? 1 : 7) * DAY_MS + HOUR_MS
        expect(now - dueAt).toBeLessThan(longest)
      }),
      { numRuns: 300 },
    )
  })
})
