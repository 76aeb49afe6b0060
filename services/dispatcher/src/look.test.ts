import { DAY_MS, HOUR_MS } from '@perennial/member'
import { parseFiles, type Plays } from '@perennial/playbooks'
import { fingerprint, killSwitchState, type LedgerEntry, nobodyErased } from '@perennial/runtime'
import {
  memoryAgenda,
  memoryContacts,
  memoryHeldAlerts,
  memoryJobQueue,
  memoryLedger,
  memoryQuotas,
  NOON,
  type RowSample,
  sampleContact,
  sampleRow,
  scriptedRecall,
  settableClock,
} from '@perennial/testkit'
import { beforeEach, expect, test } from 'vitest'
import { type LookDeps, lookAtDue } from './look.ts'

const PARTITION = 2
const SERIES = `
name: renewal
title: T
purpose: service
when: { termEnd: -60d }
for: { status: [active], autoRenew: off }
steps:
  - { name: first, channel: log, expiry: 10d }
  - { name: second, channel: log, delay: 30d, expiry: 10d }
expiry: 90d
`

function playsOf(text: string): Plays {
  const policy = { file: 'policy.yaml', text: 'cap: { contacts: 5, within: 7d }\ntimeZone: UTC\n' }
  const { plays, problems } = parseFiles([{ file: 'play.yaml', text }, policy], fingerprint)
  if (plays === undefined) throw new Error(problems.map(({ reason }) => reason).join())
  return plays
}

function setUp(plays = playsOf(SERIES)) {
  const clock = settableClock(NOON)
  const rows = new Map<string, RowSample>([['M1', {}]])
  const published: LedgerEntry[] = []
  const deps = {
    plays,
    clock,
    ledger: memoryLedger(),
    contacts: memoryContacts(),
    quotas: memoryQuotas(),
    heldAlerts: memoryHeldAlerts(),
    agenda: memoryAgenda(),
    queue: memoryJobQueue(clock, { keepMs: 365 * DAY_MS }),
    recall: scriptedRecall(),
    kill: async () => killSwitchState([]),
    erased: nobodyErased,
    members: {
      readMany: async (ids: readonly string[]) =>
        ids.map((id) => {
          const row = rows.get(id)
          return row === undefined ? undefined : sampleRow(row)
        }),
    },
    scorer: { lapseRisk: () => 0.5, nextBand: (band) => band, riskAbove: () => undefined, model: { id: 'm-1' } },
    publish: async (_: number, entries: readonly LedgerEntry[]) => void published.push(...entries),
    decided: () => undefined,
  } satisfies LookDeps
  const notice = (id = 'M1') => deps.agenda.notice(PARTITION, [id], clock.now())
  const next = async () => (await deps.agenda.due(PARTITION, Number.MAX_SAFE_INTEGER, 10))[0]?.at
  const decisions = () => deps.ledger.all().map(({ step, decision, reason }) => `${step}: ${reason ?? decision}`)
  return { deps, clock, rows, published, notice, next, decisions }
}

let it = setUp()
beforeEach(() => {
  it = setUp()
})

// The sample's term ends 60 days after noon.
test('what is due today is decided, each step for its own day', async () => {
  await it.notice()
  expect(await lookAtDue(it.deps, PARTITION)).toBe(1)
  expect(it.decisions()).toEqual(['first: send', 'second: send'])
  expect(it.deps.ledger.all().map(({ sendAt }) => sendAt)).toEqual([NOON, NOON + 30 * DAY_MS])
  expect(it.deps.ledger.all()[0]).toMatchObject({ modelId: 'm-1', band: 'high', termId: 't-2027-01-22' })
  expect(await it.deps.queue.counts()).toMatchObject({ waiting: 1, delayed: 1 })
  expect(await it.next()).toBeUndefined()
})

test('what comes later is looked at then, and nobody is looked at in between', async () => {
  it.rows.set('M1', { term: { start: NOON - 300 * DAY_MS, end: NOON + 65 * DAY_MS } })
  await it.notice()
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions()).toEqual([])
  expect(await it.next()).toBe(NOON + 5 * DAY_MS)
  expect(await lookAtDue(it.deps, PARTITION)).toBe(0)
  it.clock.set(NOON + 5 * DAY_MS)
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions()).toEqual(['first: send', 'second: send'])
})

test('years brought in at once: steps whose time has passed are left out, the rest is decided', async () => {
  it.rows.set('M1', { term: { start: NOON - 300 * DAY_MS, end: NOON + 20 * DAY_MS } })
  await it.notice()
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions()).toEqual([])
  it.rows.set('M1', { term: { start: NOON - 300 * DAY_MS, end: NOON + 29 * DAY_MS } })
  await it.notice()
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions()).toEqual(['second: send'])
})

test('looked at again, nobody is decided about again', async () => {
  await it.notice()
  await lookAtDue(it.deps, PARTITION)
  it.clock.set(NOON + 2 * DAY_MS)
  await it.notice()
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions()).toHaveLength(2)
})

test('a crash in the middle: the same look leads to the same decisions, and to the job that was missing', async () => {
  await it.notice()
  it.deps.publish = () => Promise.reject(new Error('the log is down'))
  await expect(lookAtDue(it.deps, PARTITION)).rejects.toThrow('the log is down')
  expect(await it.deps.queue.counts()).toMatchObject({ waiting: 0 })
  // Noticed by somebody, and on another day: it is still the look that was due at noon.
  it.clock.set(NOON + 26 * HOUR_MS)
  await it.notice()
  it.deps.publish = async () => undefined
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions()).toHaveLength(2)
  expect(await it.deps.queue.counts()).toMatchObject({ waiting: 1, delayed: 1 })
})

test('held back, there is another chance the next day, as an occasion of its own', async () => {
  it.rows.set('M1', { consent: { service: false } })
  await it.notice()
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions()).toEqual(['first: no-consent', 'second: no-consent'])
  expect(await it.next()).toBe(NOON + DAY_MS)
  it.rows.set('M1', { consent: { service: true } })
  it.clock.set(NOON + DAY_MS)
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions().slice(2)).toEqual(['first: send', 'second: send'])
})

test('what gave way to something weightier has another chance the next day', async () => {
  await it.notice()
  await lookAtDue(it.deps, PARTITION)
  const [, second] = it.deps.ledger.all()
  const traits = { purpose: 'service', channel: 'log', priority: 90 }
  const ref = sampleContact({ playbook: 'failed-payment' })
  const caps = [{ contacts: 1, withinMs: DAY_MS }]
  await it.deps.contacts.reserve([{ ref, interventionId: 'i-9', plannedAt: second!.sendAt!, traits, caps }])
  it.clock.set(NOON + DAY_MS)
  await it.notice()
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions()).toEqual(['first: send', 'second: send', 'second: send'])
  expect(it.deps.ledger.all()[2]?.id).not.toBe(second!.id)
})

test('held back by a cap, a step for a later day has its next chance on that day, and not day after day', async () => {
  it = setUp(playsOf(`${SERIES}cap: { contacts: 1, within: 40d }\n`))
  await it.notice()
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions()).toEqual(['first: send', 'second: cap'])
  expect(await it.next()).toBe(NOON + 30 * DAY_MS)
  it.clock.set(NOON + 30 * DAY_MS)
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions().slice(2)).toEqual(['second: cap'])
  expect(await it.next()).toBe(NOON + 31 * DAY_MS)
})

const AGAIN = `
name: silent
title: T
purpose: internal
when: { silent: { for: 30d } }
for: { status: [active] }
steps: [{ name: ask, channel: log }]
expiry: 20d
`

test('a play may be entered again when its cause comes about anew, after so long at the earliest', async () => {
  it = setUp(playsOf(`${AGAIN}reentry: { after: 60d }\n`))
  const silentSince = async (days: number) => {
    it.rows.set('M1', { signals: { login: NOON + days * DAY_MS } })
    it.clock.set(NOON + (days + 30) * DAY_MS)
    await it.notice()
    await lookAtDue(it.deps, PARTITION)
  }
  await silentSince(0)
  await silentSince(59)
  await silentSince(130)
  expect(it.decisions()).toEqual(['ask: send', 'ask: re-entry', 'ask: send'])
  expect(it.deps.ledger.all().map(({ termId }) => termId)).toEqual(['on-2026-12-23', 'on-2027-02-20', 'on-2027-05-02'])
})

test('and one that says never, not in another term either', async () => {
  it = setUp(playsOf(`${AGAIN}reentry: never\n`))
  for (const days of [0, 400]) {
    it.rows.set('M1', {
      signals: { login: NOON + days * DAY_MS },
      term: { start: NOON, end: NOON + (days + 200) * DAY_MS },
    })
    it.clock.set(NOON + (days + 30) * DAY_MS)
    await it.notice()
    await lookAtDue(it.deps, PARTITION)
  }
  expect(it.decisions()).toEqual(['ask: send'])
})

const ABOVE = `
name: above
title: T
purpose: internal
when: { riskAbove: { level: 0.6, for: 14d } }
for: { status: [active] }
steps: [{ name: ask, channel: log }]
expiry: 20d
`

test('a risk above a level is looked at when it can have been so for long enough, and then decided', async () => {
  it = setUp(playsOf(ABOVE))
  let risk: ReturnType<LookDeps['scorer']['riskAbove']> = { kind: 'below', until: NOON }
  const deps: LookDeps = { ...it.deps, scorer: { ...it.deps.scorer, riskAbove: () => risk } }
  await it.notice()
  await lookAtDue(deps, PARTITION)
  expect(await it.next()).toBe(NOON + 14 * DAY_MS)

  it.clock.set(NOON + 14 * DAY_MS)
  risk = { kind: 'above', since: NOON + 2 * DAY_MS }
  await lookAtDue(deps, PARTITION)
  expect(it.decisions()).toEqual([])
  expect(await it.next()).toBe(NOON + 16 * DAY_MS)

  it.clock.set(NOON + 16 * DAY_MS)
  await lookAtDue(deps, PARTITION)
  expect(it.decisions()).toEqual(['ask: send'])
})

test('who is not in the segment is no case for a decision, and is looked at again the next day', async () => {
  it.rows.set('M1', { autoRenew: true })
  await it.notice()
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions()).toEqual([])
  expect(await it.next()).toBe(NOON + DAY_MS)
})

test('of whom nothing is known any more, nothing is kept', async () => {
  await it.notice('nobody')
  expect(await lookAtDue(it.deps, PARTITION)).toBe(1)
  expect(await it.next()).toBeUndefined()
})

test('a play that is switched off in its file waits for nobody', async () => {
  it = setUp(playsOf(`${SERIES}enabled: false\n`))
  await it.notice()
  await lookAtDue(it.deps, PARTITION)
  expect(it.decisions()).toEqual([])
  expect(await it.next()).toBeUndefined()
})
