import { BUILT_IN } from '@perennial/member'
import { expect, test } from 'vitest'
import { belongingSilence } from './belonging-silence.ts'
import { silence } from './silence.ts'
import { day, rowOf } from './testing/rows.ts'

test.each([
  ['active today', rowOf({}, [{ signal: 'login', at: day(0) }]), 0],
  ['a month of quiet', rowOf({}, [{ signal: 'login', at: day(-30) }]), Math.log(2)],
  ['silent since joining', rowOf({ joinedAt: day(-90) }), Math.log(4)],
  ['joined after browsing', rowOf({ joinedAt: day(-30) }, [{ signal: 'web_visit', at: day(-300) }]), Math.log(2)],
  [
    'friction does not end a silence',
    rowOf({ joinedAt: day(-90) }, [{ signal: 'email_refused', at: day(0) }]),
    Math.log(4),
  ],
  [
    'a machine does not either',
    rowOf({ joinedAt: day(-90) }, [{ signal: 'email_opened', at: day(0), trust: 0.2 }]),
    Math.log(4),
  ],
  ['joining lies ahead', rowOf({ joinedAt: day(3) }), 0],
])('%s', (_, rows, expected) => {
  expect(silence.value(rows, 0, day(0))).toBeCloseTo(expected, 10)
})

test('where nothing is known, it cannot tell', () => {
  expect(silence.value(rowOf({}), 0, day(0))).toBeUndefined()
})

test.each([
  [0, 'active today'],
  [Math.log(1 + 1.2 / 30), 'silent for 1 day'],
  [Math.log(1 + 112.7 / 30), 'silent for 112 days'],
])('%f in words', (value, words) => {
  expect(silence.explain(value)).toBe(words)
})

test('a visit does not end the silence of one who no longer takes part', () => {
  const rows = rowOf({ joinedAt: day(-1000) }, [
    { signal: 'event_attended', at: day(-180) },
    { signal: 'web_visit', at: day(0) },
  ])
  expect(silence.value(rows, 0, day(0))).toBe(0)
  expect(belongingSilence(BUILT_IN).value(rows, 0, day(0))).toBeCloseTo(Math.LN2, 10)
  expect(belongingSilence(BUILT_IN).explain(Math.LN2)).toBe('has not taken part for 180 days')
  expect(belongingSilence(BUILT_IN).value(rowOf({}), 0, day(0))).toBeUndefined()
})
