import { day, rowOf } from '@perennial/features/testing'
import { SLOT } from '@perennial/member'
import { expect, test } from 'vitest'
import { createScorer } from './scorer.ts'
import { starterModel } from './starter-model.ts'
import { whatWouldChange } from './what-would-change.ts'

const scorer = createScorer(starterModel())
const active = { status: 1, joinedAt: day(-700), termStart: day(-335), termEnd: day(30), autoRenew: 1 }
const visits = [{ signal: 'web_visit', at: day(-100) }] as const

test('tells what each step would do to the risk', () => {
  const rows = rowOf({ ...active, paymentFailedAt: day(-2) }, visits)
  const risk = scorer.lapseRisk(rows, 0, day(0))
  const cases = whatWouldChange(scorer, rows, 0, day(0))
  const of = (name: string) => cases.find((one) => one.name === name)?.difference ?? Number.NaN
  for (const { lapseRisk, difference } of cases) expect(lapseRisk - risk).toBe(difference)
  for (const better of ['event_attended', 'help_received', 'content_used', 'renews', 'auto_renews', 'pays'])
    expect(of(better)).toBeLessThan(-0.01)
  expect(of('event_attended')).toBeLessThan(of('content_used'))
  expect(of('stays_silent')).toBeGreaterThan(0.01)
})

test('leaves out what makes no sense', () => {
  const names = (rows: ReturnType<typeof rowOf>) => whatWouldChange(scorer, rows, 0, day(0)).map(({ name }) => name)
  expect(names(rowOf({ ...active, autoRenew: 2 }, visits))).not.toContain('auto_renews')
  expect(names(rowOf({}, visits))).toEqual(['event_attended', 'help_received', 'content_used', 'stays_silent'])
  expect(names(rowOf({ ...active, status: 2 }))).toEqual([])
})

test('leaves the row as it is', () => {
  const rows = rowOf(active, visits)
  const before = rows.f64.slice()
  whatWouldChange(scorer, rows, 0, day(0))
  expect(rows.f64).toEqual(before)
})

test('who renews late is taken as renewed to the next date ahead', () => {
  const late = rowOf({ ...active, termStart: day(-800), termEnd: day(-435) }, visits)
  const renewed = whatWouldChange(scorer, late, 0, day(0)).find(({ name }) => name === 'renews')
  late.f64[SLOT.termStart] = day(-70)
  late.f64[SLOT.termEnd] = day(295)
  late.f64[SLOT.renewals] = 1
  late.f64[SLOT.paidAt] = day(0)
  expect(renewed?.lapseRisk).toBe(scorer.lapseRisk(late, 0, day(0)))
})
