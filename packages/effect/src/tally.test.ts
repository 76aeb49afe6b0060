import { DAY_MS } from '@perennial/member'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALL_PLAYS, armHistory, asOnePlay, type Exposure, firstExposures, type Outcome } from './exposure.ts'
import { ARMS } from './holdout.ts'
import { mergedTally, tally } from './tally.ts'

const play = 'win-back'
const question = { play, windowMs: 30 * DAY_MS, asOf: 100 * DAY_MS }
const groups = (exposures: readonly Exposure[], outcomes: readonly Outcome[], changes: object = {}) => {
  const { treated, control, waiting } = tally(exposures, outcomes, { ...question, ...changes })
  const of = ({ members, successes }: typeof treated) => `${successes} of ${members}`
  return { treated: of(treated), control: of(control), waiting }
}

function exposure(memberId: string, day: number, changes: Partial<Exposure> = {}): Exposure {
  const assignedAt = day * DAY_MS
  return { memberId, play, term: 't-2027', assignedAt, arm: 'treated', riskBefore: 0.4, dues: 100, ...changes }
}
const reached = (memberId: string, day: number, of = play): Outcome => ({ memberId, play: of, at: day * DAY_MS })

describe('what became of the members who were up for a play', () => {
  test('is counted by arm; both ends of the window belong to it', () => {
    const exposures = [
      exposure('start', 10),
      exposure('end', 10),
      exposure('before', 10),
      exposure('after', 10),
      exposure('never', 10, { arm: 'control' }),
      exposure('untouched', 10, { arm: 'control' }),
    ]
    const outcomes = [reached('start', 10), reached('end', 40), reached('before', 9.9), reached('after', 40.1)]
    const more = [reached('untouched', 20), reached('untouched', 30), reached('stranger', 20)]
    expect(groups(exposures, [...outcomes, ...more])).toEqual({ treated: '2 of 4', control: '1 of 2', waiting: 0 })
  })

  test('waits for the window to close, also of those who have succeeded already', () => {
    const exposures = [exposure('a', 71), exposure('b', 70), exposure('c', 71, { arm: 'control' }), exposure('d', 101)]
    expect(groups(exposures, [reached('a', 72), reached('b', 72)])).toEqual({
      treated: '1 of 1',
      control: '0 of 0',
      waiting: 2,
    })
  })

  test('leaves out other plays, what came before a change, and the global control', () => {
    const exposures = [
      exposure('a', 10, { play: 'welcome' }),
      exposure('b', 10),
      exposure('c', 20),
      exposure('d', 20, { arm: 'global-control' }),
    ]
    const outcomes = [reached('c', 20, 'welcome'), reached('b', 20), reached('d', 21)]
    expect(groups(exposures, outcomes, { since: 15 * DAY_MS })).toEqual({
      treated: '0 of 1',
      control: '0 of 0',
      waiting: 0,
    })
  })

  test('keeps to the arm that was settled first, whatever was delivered or drawn later in the term', () => {
    const exposures = [
      exposure('a', 12, { arm: 'treated' }),
      exposure('a', 10, { arm: 'control' }),
      exposure('a', 11, { arm: 'treated', term: 't-2028' }),
    ]
    expect(groups(exposures, [reached('a', 20)])).toEqual({ treated: '1 of 1', control: '1 of 1', waiting: 0 })
  })

  test('takes the control for settled where two arms were written down for one moment, in whichever order', () => {
    const both = [exposure('a', 10), exposure('a', 10, { arm: 'control' })]
    for (const exposures of [both, both.toReversed()])
      expect(groups(exposures, [])).toEqual({ treated: '0 of 0', control: '0 of 1', waiting: 0 })
  })

  test('sums risk and dues of those who have them', () => {
    const exposures = [
      exposure('a', 10, { riskBefore: 0.5, dues: 100 }),
      exposure('b', 10, { riskBefore: 0.25, dues: undefined }),
      exposure('c', 10, { riskBefore: undefined, dues: 50 }),
    ]
    const { treated } = tally(exposures, [reached('a', 11), reached('c', 11)], question)
    expect(treated).toEqual({
      members: 3,
      successes: 2,
      scored: 2,
      scoredSuccesses: 1,
      risk: 0.75,
      riskSquared: 0.3125,
      riskOfSuccesses: 0.5,
      withDues: 2,
      dues: 150,
    })
  })

  test('refuses a window that is none', () => {
    expect(() => tally([], [], { ...question, windowMs: Number.NaN })).toThrow('The window of win-back is a number')
  })
})

const someExposure = fc.record({
  memberId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  play: fc.constantFrom(play, 'welcome'),
  term: fc.constantFrom('t-2027', 't-2028'),
  assignedAt: fc.integer({ min: 0, max: 100 }).map((day) => day * DAY_MS),
  arm: fc.constantFrom(...ARMS),
  riskBefore: fc.option(fc.constantFrom(0.25, 0.5), { nil: undefined }),
  dues: fc.option(fc.constantFrom(50, 100), { nil: undefined }),
})
const someOutcome = fc.record({
  memberId: fc.constantFrom('a', 'b', 'c', 'd'),
  play: fc.constant(play),
  at: fc.integer({ min: 0, max: 100 }).map((day) => day * DAY_MS),
})

test('the arms do not depend on the order in which exposures and outcomes come', () => {
  fc.assert(
    fc.property(fc.array(someExposure), fc.array(someOutcome), (exposures, outcomes) => {
      const there = groups(exposures, outcomes)
      expect(groups(exposures.toReversed(), outcomes.toReversed())).toEqual(there)
    }),
  )
})

test('tallies of parts add up to that of the whole', () => {
  fc.assert(
    fc.property(fc.array(someExposure), fc.array(someOutcome), (exposures, outcomes) => {
      const early = exposures.filter(({ memberId }) => memberId < 'c')
      const late = exposures.filter(({ memberId }) => memberId >= 'c')
      const parts = [early, late].map((part) => tally(part, outcomes, question))
      expect(mergedTally(parts)).toEqual(tally(exposures, outcomes, question))
    }),
  )
})

test('all plays together are compared with the members who get none', () => {
  const exposures = asOnePlay([
    exposure('a', 10, { arm: 'control' }),
    exposure('a', 11, { play: 'welcome' }),
    exposure('b', 10),
    exposure('c', 10, { arm: 'global-control' }),
  ])
  const outcomes = [reached('a', 12, ALL_PLAYS), reached('c', 12, ALL_PLAYS)]
  expect(groups(exposures, outcomes, { play: ALL_PLAYS })).toEqual({ treated: '1 of 2', control: '1 of 1', waiting: 0 })
})

test('the history of a member tells in which arms it has been', () => {
  const exposures = [
    exposure('a', 400, { term: 't-2028', arm: 'treated' }),
    exposure('a', 10, { arm: 'control' }),
    exposure('a', 12, { arm: 'control' }),
    exposure('b', 10),
    exposure('a', 11, { play: 'welcome' }),
  ]
  const told = armHistory(exposures, 'a').map(({ play, term, arm }) => `${play} ${term} ${arm}`)
  expect(told).toEqual(['win-back t-2027 control', 'welcome t-2027 treated', 'win-back t-2028 treated'])
  expect(firstExposures(exposures)).toHaveLength(4)
})
