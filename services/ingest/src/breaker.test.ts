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

test('100 good records in a row make up for what was bad before them', () => {
  const after = (good: number) => fed(0.05, ...many(50, false), ...many(50, true), ...many(good, false))
  expect(after(99)).toMatchObject({ goodAgain: false, share: 50 / 199 })
  expect(after(99).wouldTrip()).toBe(true)
  expect(after(100)).toMatchObject({ goodAgain: true, share: 0 })
  expect(after(100).wouldTrip()).toBe(false)
  const again = after(101)
  again.add(true)
  expect(again.goodAgain).toBe(false)
})

test('a record that is bad now and then is never made up for by chance alone', () => {
  const everyTenth = Array.from({ length: 2_000 }, (_, i) => i % 10 === 0)
  expect(fed(0.05, ...everyTenth)).toMatchObject({ goodAgain: false, share: 0.1 })
})

test('a share of 1 never stops, one of 0 stops at the first bad record', () => {
  expect(fed(1, ...many(2_000, true)).wouldTrip()).toBe(false)
  expect(fed(0, ...many(100, false)).wouldTrip()).toBe(true)
})

const stretches = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 300 })), { maxLength: 12 })
  .map((runs) => runs.flatMap(([bad, count]) => many(count, bad)))
const anything = fc.oneof(stretches, fc.array(fc.boolean(), { maxLength: 2_500 }))

test('the share is that of the latest 1,000, without those before 100 good ones in a row', () => {
  fc.assert(
    fc.property(anything, (records) => {
      const latest = records.slice(-1_000)
      const text = latest.map(Number).join('')
      const since = text.slice(Math.max(0, text.lastIndexOf('0'.repeat(100))))
      const share = latest.length === 0 ? 0 : since.replaceAll('0', '').length / latest.length
      return fed(0.5, ...records).share === share
    }),
  )
})

test('what it says follows from the latest 1,000 records: whoever begins there says the same', () => {
  fc.assert(
    fc.property(anything, stretches, (records, more) => {
      const whole = fed(0.05, ...records)
      const late = fed(0.05, ...records.slice(-1_000))
      return more.every((bad) => {
        const same = whole.wouldTrip() === late.wouldTrip() && whole.share === late.share
        whole.add(bad)
        late.add(bad)
        return same
      })
    }),
  )
})
