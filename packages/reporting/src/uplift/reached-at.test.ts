import { DAY_MS } from '@perennial/member'
import { NOON, sampleEntry, sampleRow } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { reachedAt } from './reached-at.ts'

const day = (days: number) => NOON + days * DAY_MS
/** The sample says its term 305 days before noon. */
const SAID = day(-305)
const entry = sampleEntry({ decidedAt: day(-400), termEnd: day(-300) })
const renewed = (start: number, end: number, others = [entry]) =>
  reachedAt('renewed', sampleRow({ term: { start: day(start), end: day(end) } }), entry, others)

test('renewed once: when the new term was said', () => {
  expect(renewed(-300, 65)).toBe(SAID)
})

test('not renewed, or no term was known', () => {
  expect(renewed(-665, -300)).toBeUndefined()
  const row = sampleRow({ term: { start: day(-300), end: day(65) } })
  expect(reachedAt('renewed', row, { ...entry, termEnd: 0 }, [entry])).toBeUndefined()
})

test('a decision about the next term tells that it was said before', () => {
  const next = sampleEntry({ decidedAt: day(-320), termEnd: day(65) })
  const before = sampleEntry({ decidedAt: day(-390), termEnd: day(-300) })
  expect(renewed(-300, 65, [next, entry, before])).toBe(day(-320))
})

test('renewed more than once: the end of the term that ran then, not the latest renewal', () => {
  const early = { ...entry, termEnd: day(-700), decidedAt: day(-730) }
  const row = sampleRow({ term: { start: day(-330), end: day(35) } })
  expect(reachedAt('renewed', row, early, [early])).toBe(day(-700))
})

test('active: the first sign of life since that is certain', () => {
  const active = (signals: NonNullable<Parameters<typeof sampleRow>[0]>['signals']) =>
    reachedAt('active', sampleRow(signals === undefined ? {} : { signals }), entry, [entry])
  expect(active({})).toBeUndefined()
  expect(active({ login: day(-401) })).toBeUndefined()
  expect(active({ login: day(-10), event_attended: day(-390) })).toBe(day(-390))
  // What others did to the member is none.
  expect(active({ contacted_elsewhere: day(-399), login: day(-10) })).toBe(day(-10))
})
