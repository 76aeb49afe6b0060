import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Breaker } from './breaker.ts'

function fed(share: number, ...records: readonly boolean[]): Breaker {
  const breaker = new Breaker(share)
  for (const bad of records) breaker.add(bad)
  return breaker
}

const many = (count: number, bad: boolean) => Array.from({ length: count }, () => bad)

test('says nothing on the first 99 records', () => {
  expect(fed(0.05, ...many(98, true)).wouldTrip()).toBe(false)
  expect(fed(0.05, ...many(99, true)).wouldTrip()).toBe(true)
})

test('accepts exactly the share it was given', () => {
  expect(fed(0.05, ...many(95, false), ...many(4, true)).wouldTrip()).toBe(false)
  expect(fed(0.05, ...many(94, false), ...many(5, true)).wouldTrip()).toBe(true)
})

test('forgets what lies more than 1,000 records back', () => {
  const breaker = fed(0.05, ...many(50, true), ...many(950, false))
  expect(breaker.wouldTrip()).toBe(false)
  expect(fed(0.05, ...many(50, false), ...many(50, true), ...many(900, false)).wouldTrip()).toBe(true)
})

test('a share of 1 never stops, one of 0 stops at the first bad record', () => {
  expect(fed(1, ...many(2_000, true)).wouldTrip()).toBe(false)
  expect(fed(0, ...many(100, false)).wouldTrip()).toBe(true)
})

test('the share is that of the latest 1,000', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 2_500 }), (records) => {
      const latest = records.slice(-1_000)
      return fed(0.5, ...records).share === latest.filter(Boolean).length / latest.length
    }),
    { numRuns: 50 },
  )
})
