import { anyRow, day, rowOf, START, withMore } from '@perennial/features/testing'
import { type SignalName, SIGNALS, signalSlot } from '@perennial/member'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createScorer } from './scorer.ts'
import { starterModel } from './starter-model.ts'
import { SIMULATED_NOW, simulatedMembers } from './testing/simulated-members.ts'

const scorer = createScorer(starterModel())
const { high, medium } = scorer.model.bands
const every = (signal: SignalName, days: number, from = -500, to = 0) =>
  Array.from({ length: Math.floor((to - from) / days) }, (_, n) => ({ signal, at: day(to - n * days) }) as const)
const term = {
  status: 1,
  joinedAt: day(-3 * 365 - 305),
  termStart: day(-305),
  termEnd: day(60),
  autoRenew: 1,
  renewals: 3,
}
const risk = (rows: ReturnType<typeof rowOf>, at = START) => scorer.lapseRisk(rows, 0, at)

test('an engaged member is low, to the last day of the term', () => {
  const until = (to: number) =>
    rowOf(term, [...every('web_visit', 7, -500, to), ...every('event_attended', 60, -500, to)])
  expect(risk(until(0))).toBeLessThan(0.1)
  expect(risk(until(59), day(59))).toBeLessThan(0.1)
})

test('a silent member within 60 days of the end of the term is high, unless it renews automatically', () => {
  const silent = every('web_visit', 10, -500, -200)
  expect(risk(rowOf(term, silent))).toBeGreaterThan(high.enter)
  expect(risk(rowOf({ ...term, autoRenew: 2 }, silent))).toBeLessThan(high.enter)
})

test('a brand-new member is low, with little confidence, and not high within the first month even if idle', () => {
  const newcomer = rowOf({ ...term, joinedAt: day(0), termStart: day(0), termEnd: day(365), renewals: 0 })
  expect(scorer.score(newcomer, 0, START).confidence).toBe(scorer.model.confidence.least)
  expect(risk(newcomer)).toBeLessThan(medium.enter)
  expect(risk(newcomer, day(30))).toBeLessThan(high.enter)
  // Who never shows up is noticed well before the first renewal.
  expect(risk(newcomer, day(200))).toBeGreaterThan(medium.enter)
})

test('without friction, risk never falls in silence', () => {
  const quiet = anyRow.map((rows) => {
    for (const { id, family } of SIGNALS)
      if (family === 'friction') rows.f64.fill(0, signalSlot(id), signalSlot(id + 1))
    return rows
  })
  const time = fc.integer({ min: 0, max: 1500 }).map(day)
  fc.assert(
    fc.property(quiet, time, time, (rows, t, u) => {
      const [early, late] = t < u ? [t, u] : [u, t]
      expect(scorer.logit(rows, 0, late)).toBeGreaterThanOrEqual(scorer.logit(rows, 0, early) - 1e-9)
    }),
  )
})

describe('whatever the member did before', () => {
  const more = (rows: ReturnType<typeof rowOf>, signal: SignalName, amount: number) =>
    risk(withMore(rows, [{ signal, amount, at: START }]))
  const amount = fc.integer({ min: 1, max: 20 })

  test('belonging lowers the risk, and friction raises it', () => {
    fc.assert(
      fc.property(anyRow, amount, (rows, amount) => {
        expect(more(rows, 'event_attended', amount)).toBeLessThanOrEqual(risk(rows))
        expect(more(rows, 'email_refused', amount)).toBeGreaterThanOrEqual(risk(rows))
      }),
    )
  })

  test('belonging lowers it more than the same amount of consumption from a start of nothing', () => {
    for (const amount of [1, 3, 10, 100])
      for (const later of [0, 30, 180, 365]) {
        const of = (signal: SignalName) => risk(rowOf(term, [{ signal, at: day(0), amount }]), day(later))
        expect(of('help_received')).toBeLessThan(of('content_used'))
        expect(of('event_attended')).toBeLessThan(of('purchase'))
      }
  })
})

test('of a plausible association, 10 to 20 % are high before their renewal, and few without one ahead', () => {
  const share = (renewsInDays: number) => {
    const rows = simulatedMembers(2_000, 11, renewsInDays)
    const risks = Array.from({ length: rows.capacity }, (_, i) => scorer.lapseRisk(rows, i, SIMULATED_NOW))
    return risks.filter((risk) => risk >= high.enter).length / risks.length
  }
  expect(share(60)).toBeGreaterThan(0.1)
  expect(share(60)).toBeLessThan(0.2)
  expect(share(300)).toBeLessThan(share(60))
})

test.each([
  ['engaged', rowOf(term, [...every('web_visit', 7), ...every('event_attended', 60)]), 0.0453, 91],
  ['passive', rowOf(term, [...every('email_opened', 7)]), 0.2809, 41],
  ['silent', rowOf(term, every('web_visit', 10, -500, -200)), 0.7576, 11],
  ['new', rowOf({ ...term, joinedAt: day(0), termEnd: day(365), renewals: 0 }), 0.1284, 0],
])('golden member: %s', (_, rows, lapseRisk, engagementScore) => {
  const score = scorer.score(rows, 0, START)
  expect(score.lapseRisk).toBeCloseTo(lapseRisk, 3)
  expect(Math.round(score.engagementScore)).toBe(engagementScore)
})
