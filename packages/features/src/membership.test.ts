import { YEAR_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { autoRenew } from './auto-renew.ts'
import { beganAt, freshDecision } from './fresh-decision.ts'
import { noTerm } from './no-term.ts'
import { paymentFailed } from './payment-failed.ts'
import { tenure } from './tenure.ts'
import { day, rowOf } from './testing/rows.ts'

test.each([
  ['no payment on record', rowOf({}), 0],
  ['failed', rowOf({ paymentFailedAt: day(-3) }), 1],
  ['failed after the last paid term', rowOf({ paymentFailedAt: day(-3), paidAt: day(-365) }), 1],
  ['paid since', rowOf({ paymentFailedAt: day(-3), paidAt: day(-1) }), 0],
])('failed payment: %s', (_, rows, expected) => {
  expect(paymentFailed.value(rows, 0, day(0))).toBe(expected)
})

test.each([
  [0, undefined],
  [1, 0],
  [2, 1],
])('automatic renewal stored as %i reads as %s', (stored, expected) => {
  expect(autoRenew.value(rowOf({ autoRenew: stored }), 0, day(0))).toBe(expected)
})

test('without a term on record, that is said', () => {
  expect(noTerm.value(rowOf({}), 0, day(0))).toBe(1)
  expect(noTerm.value(rowOf({ termEnd: day(-400) }), 0, day(0))).toBe(0)
})

test('tenure counts years since joining, and a date ahead as none', () => {
  expect(tenure.value(rowOf({ joinedAt: day(0) - 3 * YEAR_MS }), 0, day(0))).toBeCloseTo(Math.log(4), 12)
  expect(tenure.value(rowOf({ joinedAt: day(30) }), 0, day(0))).toBe(0)
  expect(tenure.nextStep(rowOf({ joinedAt: day(30) }), 0, day(0))).toBe(day(30))
  expect(tenure.value(rowOf({}), 0, day(0))).toBeUndefined()
  expect(tenure.explain(Math.log(4))).toBe('joined 3 years ago')
})

test.each([
  ['joined today', rowOf({ joinedAt: day(0) }), 1],
  ['joined 60 days ago', rowOf({ joinedAt: day(-60) }), 0.5],
  ['seen first 120 days ago', rowOf({}, [{ signal: 'login', at: day(-120) }]), 0.25],
  ['renewed by hand', rowOf({ joinedAt: day(-900), paidAt: day(-60), autoRenew: 1 }), 0.5],
  ['renewed automatically', rowOf({ joinedAt: day(-600), paidAt: day(-60), autoRenew: 2 }), 2 ** -10],
])('fresh decision: %s', (_, rows, expected) => {
  expect(freshDecision.value(rows, 0, day(0))).toBeCloseTo(expected, 12)
})

test('a fresh decision says how fresh', () => {
  expect(freshDecision.value(rowOf({}), 0, day(0))).toBeUndefined()
  expect(beganAt(rowOf({}), 0)).toBe(0)
  expect(freshDecision.explain(0.5)).toBe('joined or renewed 60 days ago')
  expect(freshDecision.explain(0.01)).toBe('neither joined nor renewed lately')
})
