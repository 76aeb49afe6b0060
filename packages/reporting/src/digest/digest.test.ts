import { DAY_MS, encodeRow } from '@perennial/member'
import { parseFiles, parseGoals, ROLES } from '@perennial/playbooks'
import { createScorer, starterModel } from '@perennial/risk'
import {
  memoryAlerts,
  memoryLedger,
  memoryRiskProjection,
  NOON,
  sampleAlert,
  sampleEntry,
  sampleRisk,
  sampleRow,
} from '@perennial/testkit'
import { expect, test } from 'vitest'
import { listAtRisk } from '../at-risk.ts'
import { readReport } from '../reports.ts'
import { isoWeek, lastWeek } from './iso-week.ts'
import { readDigest } from './read-digest.ts'
import { roleDigest, roleDigestMessage } from './role-digest.ts'

const WEEK = { from: NOON - 7 * DAY_MS, until: NOON }
const OUTCOMES = ['delivered', 'superseded', 'failed'] as const
const PLAY =
  'title: T\npurpose: internal\nwhen: { silent: { for: 60d } }\nfor: { status: [active] }\nsteps: [{ name: call, channel: log }]\nexpiry: 7d\nsuccess: { goal: active, within: 1d }\n'

/** 60 members, every third with some decisions in the week and before it. */
async function setUp() {
  const files = [
    { file: 'win-back.yaml', text: `name: win-back\n${PLAY}` },
    { file: 'policy.yaml', text: 'cap: { contacts: 1, within: 7d }\ntimeZone: UTC\n' },
  ]
  const { plays } = parseFiles(files, () => 'v1')
  const { goals } = parseGoals(
    'goals.yaml',
    "goals: [{ name: act, title: Stay *active*, metric: active-share, target: 0.5, from: '2026-01-01', by: '2027-01-01', team: ops }]\n",
    { signals: [], streams: [], plays: [] },
  )
  if (plays === undefined || goals === undefined) throw new Error('The files of this test are wrong.')
  const [ledger, alerts, risks] = [memoryLedger(), memoryAlerts(), memoryRiskProjection()]
  const ids = Array.from({ length: 60 }, (_, n) => `M${n}`)
  const rows = new Map(
    ids.map((id, n) => [id, sampleRow({ chapter: n % 3 === 0 ? 'Berlin' : '<b>Rome</b>', dues: 100 + n })]),
  )
  for (const [n, memberId] of ids.entries()) {
    const at = NOON - (n % 10) * DAY_MS
    await risks.upsert(0, [sampleRisk({ memberId, band: n % 4 === 0 ? 'medium' : 'high', valueAtRisk: n })])
    const held = { decision: 'hold', reason: n % 2 === 0 ? 'no-consent' : 'holdout' } as const
    const send = { outcome: { outcome: OUTCOMES[n % 3] ?? 'failed', at, channel: 'log', detail: 'cap' } } as const
    const entries = [
      { id: `a-${n}`, decidedAt: at - 2 * DAY_MS, ...held },
      { id: `b-${n}`, decidedAt: at - DAY_MS, ...send },
    ]
    await ledger.record(entries.map((entry) => sampleEntry({ memberId, ...entry })))
    await alerts.open(sampleAlert({ id: `o-${n}`, memberId, openedAt: at, dueAt: at + DAY_MS }))
  }
  const close = { kind: 'close', outcome: 'will-not-renew', reason: 'no-time', note: 'ill again' } as const
  await alerts.change('o-0', { ...close, by: 'kim', at: NOON - 1 })
  const scorer = createScorer(starterModel())
  const { vocabulary } = scorer
  const store = {
    scan: async () => ({
      cursor: '0',
      rows: [...rows].map(([id, row]) => [`m:${id}`, Buffer.from(encodeRow(row, 0))] as const),
    }),
  }
  const members = {
    readMany: async (wanted: readonly string[]) => wanted.map((id) => rows.get(id)),
    read: async (id: string) => rows.get(id),
  }
  const clock = { now: () => NOON }
  return { ids, plays, goals, ledger, alerts, risks, members, scorer, vocabulary, store, clock, partitions: 1 }
}

const it = await setUp()
const numbers = await readDigest(it, WEEK)
const isIn = (at: number) => at >= WEEK.from && at < WEEK.until
function counted(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, list]) => [name, list.length]))
}

test('what was sent and held is what `why` tells of every member', async () => {
  const told = (await Promise.all(it.ids.map((id) => it.ledger.ofMember(id)))).flat()
  const done = told.flatMap(({ playbook, outcome }) =>
    outcome !== undefined && isIn(outcome.at) ? [{ playbook, outcome }] : [],
  )
  const sent = done.filter(({ outcome }) => outcome.outcome === 'delivered').map(({ playbook }) => playbook)
  const held = [
    ...told
      .filter(({ decision, decidedAt }) => decision === 'hold' && isIn(decidedAt))
      .map(({ reason = '' }) => reason),
    ...done.filter(({ outcome }) => outcome.outcome === 'superseded').map(({ outcome }) => outcome.detail ?? ''),
  ]
  expect(sent.length).toBeGreaterThan(5)
  expect(Object.fromEntries(numbers.activity.sent)).toEqual(counted(sent))
  expect(Object.fromEntries(numbers.activity.held)).toEqual(counted(held))
  expect(numbers.activity.failed).toBe(done.filter(({ outcome }) => outcome.outcome === 'failed').length)
})

test('who is at risk, and why, is what `members` lists', async () => {
  const { members } = await listAtRisk(it, { bands: ['high', 'medium'], limit: 1_000, offset: 0 })
  const high = members.filter(({ band }) => band === 'high')
  const valueAtRisk = members.reduce((sum, member) => sum + member.valueAtRisk, 0)
  expect(numbers.atRisk).toEqual({ high: high.length, medium: members.length - high.length, valueAtRisk })
  expect(numbers.learned.map(({ segment, members: n }) => [segment, n])).toEqual([
    ['Everybody at risk', 60],
    ['chapter <b>Rome</b>', 40],
    ['chapter Berlin', 20],
  ])
  const [everybody] = numbers.learned
  const drivers = members.flatMap((member) => member.drivers)
  expect(everybody?.drivers.map(([, n]) => n)).toEqual(Object.values(counted(drivers)).toSorted((a, b) => b - a))
})

test('what plays saved, and how goals stand, is what `uplift` and `goals` tell', async () => {
  const { effects, goals } = await readReport(it, NOON)
  expect(numbers.effects).toEqual(effects)
  expect(effects.ranked).toHaveLength(1)
  expect(numbers.goals.map(({ value }) => value)).toEqual(goals.map(({ progress }) => progress.value))
  expect(roleDigest('marketing', numbers).markdown).toContain(effects.ranked[0]?.words)
})

test.each(ROLES)('%s reads what was sent, held, saved and learned, and no note of a colleague', (role) => {
  const { subject, markdown } = roleDigest(role, numbers)
  expect(subject).toMatch(/: the week to 2026-11-22$/)
  for (const title of ['Sent: ', 'Held back: ', 'Saved', 'Learned: why']) expect(markdown).toContain(`## ${title}`)
  expect(markdown).not.toContain('ill again')
  expect(markdown.includes('## Goals')).toBe(role === 'leadership' || role === 'data-team')
})

test('operations read of alerts, and why members leave; few members are said to be too few', () => {
  const { markdown } = roleDigest('membership-ops', numbers)
  expect(markdown).toContain('- What came of them: will-not-renew 1\n- Why, as members told: no-time 1')
  expect(markdown).toMatch(/Not enough members yet/)
})

test('text and HTML say the same, and no value becomes markup', () => {
  const { text, html } = roleDigestMessage('leadership', numbers)
  expect(text).toContain('Stay *active* by 2027-01-01')
  expect(html).toContain('<strong>Stay *active*</strong>')
  expect(html).toContain('chapter &lt;b&gt;Rome&lt;/b&gt;, 40')
  expect(html).not.toContain('<b>')
})

test.each([
  ['2026-W48', '2026-11-23'],
  ['2026-W01', '2025-12-29'],
  ['2026-W53', '2026-12-28'],
])('%s begins on %s', (week, monday) => {
  expect(isoWeek(week)).toEqual({ from: Date.parse(monday), until: Date.parse(monday) + 7 * DAY_MS })
})

test('there is no week 0, no week 53 of a short year, and the last week is over', () => {
  expect(['2026-W00', '2027-W53', '2026-W54', '2026-48', 'W48'].map(isoWeek)).toEqual(Array.from({ length: 5 }))
  expect(lastWeek(NOON)).toEqual(isoWeek('2026-W47'))
  expect(lastWeek(Date.parse('2026-11-22T23:59:59Z'))).toEqual(isoWeek('2026-W46'))
})
