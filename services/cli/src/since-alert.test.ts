import { type MemberView, memberView, type SinceAlert, sinceAlert } from '@perennial/api'
import { DAY_MS, foldActivity, newRows, type Rows, signalId, SLOT } from '@perennial/member'
import { createScorer } from '@perennial/risk'
import { HAZARD } from '@perennial/risk/testing'
import { sampleEntry } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { explanation } from './explanation.ts'
import { silentContext } from './testing/silent-context.ts'

const NOW = Date.UTC(2026, 0, 1)
const ALERTED = NOW - 30 * DAY_MS
const scorer = createScorer(HAZARD)

function login(rows: Rows, at: number, idLo: number): void {
  foldActivity(rows, 0, { at, idHi: 1, idLo, signal: signalId('login'), amount: 1, trust: 1 }, false)
}

/** A member of three years who logged in half a year before the alert. */
function member(): Rows {
  const rows = newRows(1)
  rows.f64[SLOT.joinedAt] = NOW - 1_100 * DAY_MS
  login(rows, ALERTED - 180 * DAY_MS, 1)
  return rows
}

function story(view: MemberView, since: SinceAlert | undefined) {
  return { ...view, feedback: [], sinceLastAlert: since ?? null, ledger: [] }
}

/** The ledger's entry of an alert sent for the member as they were then. */
function alerted(rows: Rows, modelId = HAZARD.id) {
  const { contributions, lapseRisk } = scorer.score(rows, 0, ALERTED)
  const parts = Object.fromEntries(contributions.map(({ feature, contribution }) => [feature, contribution]))
  return sampleEntry({ decidedAt: ALERTED, lapseRisk, modelId, parts })
}

const heldSince = sampleEntry({ id: 'later', decision: 'hold', reason: 'cap', decidedAt: NOW - DAY_MS })

test('what changed since the last alert adds up to the difference, with the facts behind each part', () => {
  const rows = member()
  const alert = alerted(rows)
  const logitThen = scorer.logit(rows, 0, ALERTED)
  login(rows, NOW - 2 * DAY_MS, 2)
  const view = memberView(scorer, 'M1', rows, NOW)
  const since = sinceAlert(view, [heldSince, alert], scorer.vocabulary)
  expect(since).toMatchObject({ alertedAt: '2025-12-02T00:00:00.000Z', riskThen: alert.lapseRisk, otherModel: false })
  expect(since?.difference).toBe((view.risk?.logit ?? 0) - logitThen)
  expect(since?.parts.reduce((sum, { change }) => sum + change, 0)).toBe(since?.difference)
  expect(since?.parts.map(({ feature, change }) => [feature, change < 0])).toEqual([
    ['silence', true],
    ['activity_365', true],
  ])
  const [, activity] = since?.parts ?? []
  expect(activity?.facts).toEqual([{ signal: 'login', label: 'logins', lastAt: '2025-12-30T00:00:00.000Z' }])
  const text = explanation(story(view, since), NOW, silentContext())
  expect(text).toContain('Since the alert of 2025-12-02')
  expect(text).toContain('logins 2025-12-30')
})

test('where nothing came, time alone moved it', () => {
  const rows = member()
  const view = memberView(scorer, 'M1', rows, NOW)
  const since = sinceAlert(view, [alerted(rows, 'old-model')], scorer.vocabulary)
  expect(since?.otherModel).toBe(true)
  expect(since?.difference).toBeGreaterThan(0)
  expect(since?.parts.every(({ facts }) => facts.length === 0)).toBe(true)
  expect(explanation(story(view, since), NOW, silentContext())).toContain('time alone')
})

test('without an alert there is nothing to compare', () => {
  const view = memberView(scorer, 'M1', member(), NOW)
  expect(sinceAlert(view, [heldSince], scorer.vocabulary)).toBeUndefined()
})
