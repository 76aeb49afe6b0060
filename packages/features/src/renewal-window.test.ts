import { describe, expect, test } from 'vitest'
import { overdue } from './overdue.ts'
import { renewalWindow } from './renewal-window.ts'
import { day, rowOf } from './testing/rows.ts'

describe('renewal window', () => {
  test.each([
    ['no term known', rowOf({}), undefined],
    ['a year ahead', rowOf({ termEnd: day(365) }), 0],
    ['90 days ahead', rowOf({ termEnd: day(90) }), 0],
    ['45 days ahead', rowOf({ termEnd: day(45) }), 0.5],
    ['on the day', rowOf({ termEnd: day(0) }), 1],
    ['over', rowOf({ termEnd: day(-30) }), 1],
    ['45 days ahead, automatic renewal off', rowOf({ termEnd: day(45), autoRenew: 1 }), 0.5],
    ['45 days ahead, automatic renewal on', rowOf({ termEnd: day(45), autoRenew: 2 }), 0],
  ])('%s', (_, rows, expected) => {
    expect(renewalWindow.value(rows, 0, day(0))).toBe(expected)
  })

  test('opens 90 days before the end and closes at it', () => {
    const rows = rowOf({ termEnd: day(100) })
    expect(renewalWindow.nextStep(rows, 0, day(0))).toBe(day(10))
    expect(renewalWindow.nextStep(rows, 0, day(10))).toBe(day(100))
    expect(renewalWindow.nextStep(rows, 0, day(100))).toBe(Infinity)
  })

  test.each([
    [0, 'renewal not due within 90 days, or automatic'],
    [0.5, 'renewal due in 45 days, not renewed yet'],
    [1, 'term over, not renewed'],
  ])('%f in words', (value, words) => {
    expect(renewalWindow.explain(value)).toBe(words)
  })
})

describe('overdue', () => {
  test.each([
    ['term runs', rowOf({ termEnd: day(1) }), 0],
    ['on the day', rowOf({ termEnd: day(0) }), 0],
    ['a week over', rowOf({ termEnd: day(-7) }), Math.log(8)],
  ])('%s', (_, rows, expected) => {
    expect(overdue.value(rows, 0, day(0))).toBeCloseTo(expected, 12)
  })

  test('is unknown without a term', () => {
    expect(overdue.value(rowOf({}), 0, day(0))).toBeUndefined()
  })

  test('says for how long', () => {
    expect(overdue.explain(0)).toBe('not overdue')
    expect(overdue.explain(Math.log(8))).toBe('renewal overdue by 7 days')
  })
})
