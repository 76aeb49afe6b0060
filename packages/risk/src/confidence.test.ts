import { anyRow, day, rowOf, START } from '@perennial/features/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { confidence, lowTrustShare } from './confidence.ts'
import { starterModel } from './starter-model.ts'

const rule = starterModel().confidence
const visits = (count: number, trust = 1) =>
  Array.from({ length: count }, (_, n) => ({ signal: 'web_visit', at: day(-n), trust }) as const)
const of = (rows: ReturnType<typeof rowOf>) => confidence(rule, rows, 0, START)

test('stays between what the prior is worth and 1', () => {
  fc.assert(
    fc.property(anyRow, (rows) => {
      expect(of(rows)).toBeGreaterThanOrEqual(rule.least)
      expect(of(rows)).toBeLessThan(1)
    }),
  )
})

test('a newcomer is not judged, however busy the first weeks', () => {
  expect(of(rowOf({}))).toBe(rule.least)
  expect(of(rowOf({ joinedAt: day(0) }, visits(1)))).toBe(rule.least)
  expect(of(rowOf({ joinedAt: day(-59) }, visits(200)))).toBe(rule.newMemberMost)
  expect(of(rowOf({ joinedAt: day(-365) }, visits(200)))).toBeGreaterThan(0.8)
})

test('grows with data and with time', () => {
  const joinedAt = day(-365)
  expect(of(rowOf({ joinedAt }, visits(10)))).toBeGreaterThan(of(rowOf({ joinedAt }, visits(2))))
  expect(of(rowOf({ joinedAt }, visits(10)))).toBeGreaterThan(of(rowOf({ joinedAt: day(-90) }, visits(10))))
})

test('is less where a machine may have made the signals', () => {
  const joinedAt = day(-365)
  const doubtful = rowOf({ joinedAt }, visits(20, 0.2))
  expect(of(doubtful)).toBeLessThan(of(rowOf({ joinedAt }, visits(20))))
  expect(lowTrustShare(doubtful, 0, START)).toBeCloseTo(0.8, 10)
  expect(lowTrustShare(rowOf({}, visits(20)), 0, START)).toBe(0)
})
