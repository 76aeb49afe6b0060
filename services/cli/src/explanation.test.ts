import { memberView } from '@perennial/api'
import { DAY_MS, foldFact, memberKey, newRows, type Rows, SLOT } from '@perennial/member'
import { createScorer, type Model, starterModel } from '@perennial/risk'
import { BOOSTED, HAZARD } from '@perennial/risk/testing'
import { expect, test } from 'vitest'
import { explanation } from './explanation.ts'
import { silentContext } from './testing/silent-context.ts'

const NOW = Date.UTC(2026, 0, 1)

/** A member of three years, last seen 200 days ago, whose term ends in 40 days. */
function member(): Rows {
  const rows = newRows(1)
  rows.f64[SLOT.joinedAt] = NOW - 1_100 * DAY_MS
  rows.f64[SLOT.lastAt] = NOW - 200 * DAY_MS
  rows.f64[SLOT.termEnd] = NOW + 40 * DAY_MS
  return rows
}

const NOTHING_SINCE = { feedback: [], sinceLastAlert: null, ledger: [] }

/** Of a member about whom nothing was done or heard. */
function told(model: Model): string {
  const view = memberView(createScorer(model), 'M1', member(), NOW)
  return explanation({ ...view, ...NOTHING_SINCE }, NOW, silentContext())
}

test('a trained model tells who leaves within its days, how sure it is, and adds up', () => {
  const text = told(HAZARD)
  expect(text).toMatch(/\d+ % leaves by 2027-01-01/)
  expect(text).toMatch(/Between \d+ % and \d+ %, nine times in ten/)
  expect(text).toContain('Model hazard-test (trained)')
})

test('of who objects to being profiled it says so, and no number of a score', () => {
  const rows = member()
  object(rows)
  const view = memberView(createScorer(HAZARD), 'M1', rows, NOW)
  const text = explanation({ ...view, ...NOTHING_SINCE }, NOW, silentContext())
  expect(text).toContain('Objects to being profiled')
  expect(text).toContain('ends 2026-02-10')
  expect(text).not.toMatch(/ %|log-odds|Engagement|At stake|Without news/)
})

function object(rows: Rows): void {
  const source = { stream: 5, partition: 0, offset: 1, index: 0 }
  const change = { consent: { profiling: false } }
  foldFact(rows, 0, { kind: 'membership', subject: memberKey('M1'), source, idHi: 1, idLo: 1, at: NOW, change })
}

test('the starter tells of the renewal ahead, and not how sure it is', () => {
  const text = told(starterModel())
  expect(text).toContain('does not renew by 2026-02-10')
  expect(text).not.toContain('nine times in ten')
})

test('what a broken line adds is a part in words', () => {
  const calibration = { kind: 'isotonic', from: [-2, 1], to: [-3, 1], slope: 1 } as const
  expect(told({ ...BOOSTED, calibration })).toContain('how many of those scored like this really lapsed')
})

test('what colleagues reported is told, with their words', () => {
  const view = memberView(createScorer(HAZARD), 'M1', member(), NOW)
  const at = '2025-12-20T00:00:00.000Z'
  const feedback = [
    { alertId: 'o-1', at, by: 'kim', outcome: 'will-not-renew', reason: 'too-expensive', note: 'asked twice' },
  ] as const
  const text = explanation({ ...view, ...NOTHING_SINCE, feedback }, NOW, silentContext())
  expect(text).toContain('2025-12-20  will-not-renew: too-expensive (kim)  “asked twice”')
})
