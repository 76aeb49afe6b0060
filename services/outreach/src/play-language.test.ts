import { DAY_MS } from '@perennial/member'
import { contactKey, parseFiles, type Plays } from '@perennial/playbooks'
import { fingerprint, jobId, type LedgerEntry } from '@perennial/runtime'
import { NOON, sampleAlert, sampleContact, sampleEntry, sampleJob } from '@perennial/testkit'
import { beforeEach, expect, test } from 'vitest'
import { setUp } from './run-job.fixture.ts'
import { runJob } from './run-job.ts'

const PLAY = `
name: call
title: T
purpose: internal
when: { bandEntered: [high] }
for: { status: [active] }
stopWhen: [engaged]
steps:
  - { name: ask, channel: task, owner: kim, due: 3d, escalation: { after: 2d, owner: head } }
expiry: 20d
`

function playsOf(text: string): Plays {
  const { plays, problems } = parseFiles([{ file: 'play.yaml', text }], fingerprint)
  if (plays === undefined) throw new Error(problems.map(({ reason }) => reason).join())
  return plays
}

let it = setUp()
beforeEach(() => {
  it = setUp()
  const plays = playsOf(PLAY)
  it.deps = { ...it.deps, plays, playsOf: async () => plays }
  it.deps.channels.set('task', it.deps.channels.get('log')!)
})

const BASE = { playbook: 'call', purpose: 'internal', channel: 'task', expiresAt: NOON + 20 * DAY_MS }

async function decided(step: string, owner: string): Promise<LedgerEntry> {
  const entry = sampleEntry({ ...BASE, id: `i-${step}`, step, owner })
  await it.deps.ledger.record([entry])
  const ref = sampleContact({ playbook: 'call', step, audience: 'team' })
  await it.deps.contacts.reserve([{ ref, interventionId: entry.id, plannedAt: NOON, caps: [] }])
  return entry
}

const run = ({ id: interventionId, playbook, step }: LedgerEntry) =>
  runJob(it.deps, { job: sampleJob({ playbook, step, interventionId }), attempt: 1, lastAttempt: false })
const detail = async ({ id }: LedgerEntry) => (await it.deps.ledger.find([{ memberId: 'M1', id }]))[0]?.outcome?.detail

test('an alert is due as the step says', async () => {
  await run(await decided('ask', 'kim'))
  expect(it.sent).toMatchObject([{ step: 'ask', owner: 'kim', dueAt: NOON + 3 * DAY_MS }])
})

test('but never after it makes no sense any more', async () => {
  it.clock.set(NOON + 18 * DAY_MS)
  await run(await decided('ask', 'kim'))
  expect(it.sent).toMatchObject([{ dueAt: NOON + 20 * DAY_MS }])
})

test('a play is stopped by what it says, once that has happened since the decision', async () => {
  it.state.row = { signals: { login: NOON + 1 } }
  const entry = await decided('ask', 'kim')
  await run(entry)
  expect(it.sent).toEqual([])
  expect(await detail(entry)).toBe('stopped')
})

const ALERT = jobId(contactKey('M1', sampleContact().termId, 'call', 'ask'), 0)

test('an alert that nobody has taken up goes to the next owner, once', async () => {
  await run(await decided('ask', 'kim'))
  await it.deps.alerts.open(sampleAlert({ id: ALERT }))
  const next = await decided('ask-escalation', 'head')
  await run(next)
  await run(next)
  expect(it.sent.map(({ step, owner }) => `${step} ${owner}`)).toEqual(['ask kim', 'ask-escalation head'])
})

test.each([
  ['acknowledged', { kind: 'acknowledge' }],
  ['snoozed', { kind: 'snooze', until: NOON - 1 }],
  ['closed', { kind: 'close', outcome: 'spoke' }],
] as const)('one that somebody has %s does not', async (_, change) => {
  await run(await decided('ask', 'kim'))
  await it.deps.alerts.open(sampleAlert({ id: ALERT }))
  await it.deps.alerts.change(ALERT, { ...change, by: 'kim', at: NOON })
  const next = await decided('ask-escalation', 'head')
  await run(next)
  expect(it.sent).toHaveLength(1)
  expect(await detail(next)).toBe('acknowledged')
})

test('nor does one that was never opened', async () => {
  await decided('ask', 'kim')
  const next = await decided('ask-escalation', 'head')
  await run(next)
  expect(it.sent).toEqual([])
  expect(await detail(next)).toBe('acknowledged')
})
