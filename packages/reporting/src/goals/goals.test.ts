import { DAY_MS, encodeRow } from '@perennial/member'
import { parseFiles, parseGoals, type Plays } from '@perennial/playbooks'
import { createMetrics } from '@perennial/runtime'
import { memoryLedger, NOON, sampleEntry, sampleRow } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { measureReports } from '../measure-reports.ts'
import { readReport } from '../reports.ts'
import { goalView } from './goal-view.ts'

const POLICY = 'cap: { contacts: 1, within: 7d }\ntimeZone: UTC\nholdout: { salt: guild, share: 0.5 }\n'
const CALL =
  'name: call\ntitle: T\npurpose: internal\nwhen: { silent: { for: 60d } }\nfor: { status: [active] }\nsteps: [{ name: call, channel: log }]\nexpiry: 7d\nsuccess: { goal: renewed, within: 90d }\n'
const plays = planned()
const goals = aimed(`goals:
  - { name: renew, title: Renew, metric: renewal-rate, target: 0.7, from: '2025-01-01', by: '2026-12-31', team: ops }
  - { name: saved, title: Save, metric: saved-members, play: call, target: 300, from: '2025-01-01', by: '2026-12-31', team: ops }
  - { name: later, title: Save, metric: saved-members, target: 100, from: '2026-11-01', by: '2026-12-31', team: ops }
kpis: [{ metric: renewal-rate, signals: [login], teams: [data] }]
`)

function planned(): Plays {
  const files = [
    { file: 'call.yaml', text: CALL },
    { file: 'policy.yaml', text: POLICY },
  ]
  const { plays: parsed } = parseFiles(files, () => 'v1')
  if (parsed === undefined) throw new Error('The plays of this test are wrong.')
  return parsed
}

function aimed(text: string) {
  const parsed = parseGoals('goals.yaml', text, { signals: ['login'], streams: ['membership'], plays: ['call'] })
  if (parsed.goals === undefined) throw new Error(JSON.stringify(parsed.problems))
  return parsed.goals
}

/** 400 members whose term ended 370 days ago: half were called, of whom 90 % renewed, of the others 50 %. */
async function report() {
  const ledger = memoryLedger()
  const rows = await Promise.all(
    Array.from({ length: 400 }, async (_, n) => {
      const called = n % 2 === 0
      const renewed = called ? n % 20 !== 0 : n % 4 === 1
      const [ended, decidedAt] = [NOON - 370 * DAY_MS, NOON - 400 * DAY_MS]
      const term = renewed ? { start: ended, end: ended + 730 * DAY_MS } : { start: ended - 365 * DAY_MS, end: ended }
      const decision = called ? ({ decision: 'send' } as const) : ({ decision: 'hold', reason: 'holdout' } as const)
      const about = { playbook: 'call', step: 'call', decidedAt, termEnd: ended, memberId: `M${n}`, id: `i-${n}` }
      await ledger.record([sampleEntry({ ...about, ...decision })])
      return [`m:M${n}`, Buffer.from(encodeRow(sampleRow({ term, joinedAt: NOON - 2_000 * DAY_MS }), 0))] as const
    }),
  )
  const store = { scan: async () => ({ cursor: '0', rows, standing: undefined }) }
  const { vocabulary } = sampleRow()
  return readReport({ plays, goals, ledger, store, vocabulary, partitions: 1 }, NOON)
}

test('goals are told from the same pass as the effects of plays', async () => {
  const found = await report()
  const [renew, saved, later] = found.goals.map((one) => goalView(one, goals.kpis))
  expect(renew).toMatchObject({
    state: 'on-track',
    value: 0.7,
    members: 400,
    ratio: 1,
    by: '2026-12-31',
    teams: ['data'],
  })
  expect(renew?.words).toBe('On track: 70 % (66 % to 74 %) terms that were renewed, from 400 members; wanted: 70 %.')
  expect(saved?.state).toBe('behind')
  expect(saved?.value).toBe(found.effects.ranked[0]?.effect.saved?.members.value)
  expect(later).toMatchObject({
    state: 'not-enough-data',
    value: null,
    words: 'Not enough data yet: nothing to count so far.',
  })
  const metrics = createMetrics()
  measureReports(metrics, { known: () => found })
  const text = await metrics.metrics()
  expect(text).toContain('perennial_goal_progress_ratio{goal="renew"} 1')
  expect(text).toContain('perennial_goal_state{goal="saved",state="behind"} 1')
  expect(text).not.toContain('perennial_goal_progress_ratio{goal="later"}')
})
