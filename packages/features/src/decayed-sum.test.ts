import { BUILT_IN, DAY_MS } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import { belonging90 } from './belonging.ts'
import { consumption30, consumption365 } from './consumption.ts'
import { friction90 } from './friction.ts'
import { money365 } from './money.ts'
import { day, rowOf } from './testing/rows.ts'

test.each([
  ['nothing yet', consumption30, rowOf({}), 0],
  ['one visit just now', consumption30, rowOf({}, [{ signal: 'web_visit', at: day(0) }]), Math.log(2)],
  ['one visit a half-life ago', consumption30, rowOf({}, [{ signal: 'web_visit', at: day(-30) }]), Math.log(1.5)],
  ['the same over the year', consumption365, rowOf({}, [{ signal: 'web_visit', at: day(-365) }]), Math.log(1.5)],
  ['an event is belonging', belonging90, rowOf({}, [{ signal: 'event_attended', at: day(0) }]), Math.log(2)],
  ['an event is no consumption', consumption30, rowOf({}, [{ signal: 'event_attended', at: day(0) }]), 0],
  ['a refund is friction', friction90, rowOf({}, [{ signal: 'refund', at: day(-90) }]), Math.log(1.5)],
  ['a refund is no purchase', money365, rowOf({}, [{ signal: 'refund', at: day(0) }]), 0],
  [
    'half-trusted counts half',
    consumption30,
    rowOf({}, [{ signal: 'email_opened', at: day(0), trust: 0.5 }]),
    Math.log(1.5),
  ],
])('%s', (_, feature, rows, expected) => {
  expect(feature(BUILT_IN).value(rows, 0, day(0))).toBeCloseTo(expected, 10)
})

test('rounding dust below zero, left by an alias taken back, is nothing', () => {
  const rows = rowOf({}, [{ signal: 'login', at: day(0), amount: -1e-12 }])
  expect(consumption30(BUILT_IN).value(rows, 0, day(0))).toBe(0)
})

describe('in words', () => {
  const weekly = Array.from({ length: 500 }, (_, n) => ({ signal: 'web_visit', at: day(-7 * n) }) as const)

  test('a steady habit is said as the number it is', () => {
    const value = consumption30(BUILT_IN).value(rowOf({}, weekly), 0, day(0)) ?? 0
    expect(Math.expm1(value) * Math.LN2).toBeCloseTo(30 / 7, 0)
    expect(consumption30(BUILT_IN).explain(value)).toContain('times a month')
  })

  test.each([
    [0, 'as good as no use'],
    [Math.log1p(0.3), 'hardly any use'],
    [Math.log1p(1 / Math.LN2), 'about 1 time a month'],
    [Math.log1p(20 / Math.LN2), 'about 20 times a month'],
  ])('%f', (value, words) => {
    expect(consumption30(BUILT_IN).explain(value)).toContain(words)
  })
})

test('the bound is the slope itself', () => {
  const rows = rowOf({}, [{ signal: 'posted', at: day(-10), amount: 4 }])
  const step = 1000
  const moved =
    (belonging90(BUILT_IN).value(rows, 0, day(0) + step) ?? 0) - (belonging90(BUILT_IN).value(rows, 0, day(0)) ?? 0)
  expect(-moved / step).toBeCloseTo(belonging90(BUILT_IN).slopeBound(rows, 0, day(0)), 15)
  expect(belonging90(BUILT_IN).slopeBound(rows, 0, day(0)) * DAY_MS).toBeGreaterThan(0.005)
})
