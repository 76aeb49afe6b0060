import type { SendResult } from '@perennial/channels'
import { DAY_MS } from '@perennial/member'
import { parsePlaybook, type Playbook } from '@perennial/playbooks'
import type { JobResult } from '@perennial/runtime'
import { NOON, sampleContact, sampleJob } from '@perennial/testkit'
import { beforeEach, describe, expect, test } from 'vitest'
import { entry, job, PLAY, plays, ref, setUp } from './run-job.fixture.ts'
import { abandonJob, runJob } from './run-job.ts'

let it = setUp()

beforeEach(async () => {
  it = setUp()
  await it.deps.ledger.record([entry])
  await it.deps.contacts.reserve([{ ref, interventionId: entry.id, plannedAt: NOON, caps: [] }])
})

const run = (lastAttempt = false): Promise<JobResult> => runJob(it.deps, { job, attempt: 1, lastAttempt })
const outcome = () => it.outcome()
const stateOf = () => it.stateOf()

test('the template that the step names goes along', async () => {
  const playbooks = plays.playbooks.map((playbook) => ({
    ...playbook,
    steps: playbook.steps.map((step) => ({ ...step, template: 'we-miss-you' })),
  }))
  await runJob({ ...it.deps, plays: { ...plays, playbooks } }, { job, attempt: 1, lastAttempt: false })
  expect(it.sent.map(({ template }) => template)).toEqual(['we-miss-you'])
})

test('a job goes out through the channel, is reported, and noted in the ledger', async () => {
  expect(await run()).toEqual({ kind: 'done' })
  expect(it.sent).toEqual([
    expect.objectContaining({
      id: job.id,
      interventionId: entry.id,
      memberId: 'M1',
      playbook: entry.playbook,
      band: 'high',
    }),
  ])
  expect(it.reports).toEqual([
    expect.objectContaining({
      eventId: 'o-1.delivered',
      member: { memberId: 'M1' },
      interventionId: entry.id,
      outcome: 'delivered',
      occurredAt: NOON,
    }),
  ])
  expect(await outcome()).toMatchObject({ outcome: 'delivered', channel: 'log', at: NOON })
  expect(await stateOf()).toBe('sent')
  expect(it.counted).toEqual(['log delivered'])
})

test('the channel that the play wants is taken once it is set up', async () => {
  const webhook = { name: 'webhook', send: async (): Promise<SendResult> => ({ kind: 'delivered' }) }
  it.deps.channels.set('webhook', webhook)
  await run()
  expect((await outcome())?.channel).toBe('webhook')
})

test.each([
  ['still above the level, though heard of a moment ago', { kind: 'above', since: NOON }, 'delivered'],
  ['below it by now', { kind: 'below', until: NOON }, 'superseded'],
] as const)('a risk that is %s: %o', async (_, above, expected) => {
  const text =
    'name: t\ntitle: T\npurpose: internal\nwhen: { riskAbove: { level: 0.6, for: 14d } }\nfor: { status: [active] }\nsteps: [{ name: s, channel: log }]\nexpiry: 30d\n'
  const { when } = parsePlaybook('t.yaml', text).playbook ?? {}
  const playbooks = plays.playbooks.map((play) => ({ ...play, ...(when !== undefined && { when }) }))
  it.deps.playsOf = async () => ({ ...plays, playbooks })
  it.state.above = above
  await runJob({ ...it.deps, plays: { ...plays, playbooks } }, { job, attempt: 1, lastAttempt: false })
  expect((await outcome())?.outcome).toBe(expected)
})

describe('whose cause has passed is superseded, which is no failure', () => {
  const cases: [string, () => Promise<void> | void, string][] = [
    ['the member is back in the low band by now', () => void (it.state.band = 1), 'superseded'],
    ['the member renewed', () => void (it.state.row = { term: { start: NOON, end: NOON + 425 * DAY_MS } }), 'renewed'],
    ['the membership lapsed', () => void (it.state.row = { status: 'lapsed' }), 'member-status'],
    ['consent was withdrawn', () => void (it.state.row = { consent: { marketing: false } }), 'no-consent'],
    ['the member is gone from the store', () => void (it.state.row = undefined), 'member-unknown'],
    [
      'the member complained',
      () => void (it.state.row = { signals: { complaint_opened: NOON - 1 } }),
      'open-complaint',
    ],
    ['it is too late', () => it.clock.set(entry.expiresAt), 'stale'],
    ['an operator stopped everything', () => it.killSwitch.stop('*'), 'kill-switch'],
    ['an operator stopped the play', () => it.killSwitch.stop(PLAY.playbook), 'kill-switch'],
    ['an operator stopped the channel that it really takes', () => it.killSwitch.stop('channel:log'), 'kill-switch'],
    ['the member was erased', () => void it.erased.add('M1'), 'erased'],
    ['there is no channel for it', () => it.deps.channels.clear(), 'no-channel'],
    [
      'another contact was made in between',
      async () => {
        await it.deps.contacts.reserve([
          { ref: sampleContact({ playbook: 'other' }), interventionId: 'i-9', plannedAt: NOON - 1, caps: [] },
        ])
      },
      'cap',
    ],
  ]
  test.each(cases)('%s', async (_, happen, reason) => {
    await happen()
    expect(await run()).toEqual({ kind: 'done' })
    expect(it.sent).toEqual([])
    expect(await outcome()).toMatchObject({ outcome: 'superseded', detail: reason })
    expect(it.reports).toEqual([
      expect.objectContaining({ eventId: 'o-1.superseded', outcome: 'superseded', detail: reason }),
    ])
    // Nobody was contacted, so the key is free for the next cause.
    expect(await stateOf()).toBe('superseded')
    expect(it.counted).toEqual([`held ${reason}`, 'webhook superseded'])
  })

  test('something weightier has taken its place under a cap', async () => {
    const traits = { purpose: 'service', channel: 'log', priority: 90 }
    await it.deps.contacts.settle(ref, entry.id, 'superseded')
    await it.deps.contacts.reserve([
      { ref, interventionId: entry.id, plannedAt: NOON, traits: { ...traits, priority: 40 }, caps: [] },
    ])
    const caps = [{ contacts: 1, withinMs: DAY_MS }]
    const other = sampleContact({ playbook: 'failed-payment' })
    await it.deps.contacts.reserve([{ ref: other, interventionId: 'i-9', plannedAt: NOON, traits, caps }])
    expect(await run()).toEqual({ kind: 'done' })
    expect(it.sent).toEqual([])
    expect(await outcome()).toMatchObject({ outcome: 'superseded', detail: 'displaced' })
    expect(it.counted).toEqual(['held displaced', 'webhook superseded'])
  })

  test('its play is not there any more', async () => {
    it.deps = { ...it.deps, plays: { ...plays, playbooks: [] } }
    await run()
    expect(await outcome()).toMatchObject({ outcome: 'superseded', detail: 'playbook-gone' })
  })

  test('the contact key is not its own any more', async () => {
    await it.deps.contacts.settle(ref, entry.id, 'superseded')
    await it.deps.contacts.reserve([{ ref, interventionId: 'i-2', plannedAt: NOON, caps: [] }])
    expect(await run()).toEqual({ kind: 'done' })
    expect(it.sent).toEqual([])
    expect((await it.deps.contacts.view([ref]))[0]?.contact).toMatchObject({ interventionId: 'i-2', state: 'pending' })
  })
})

test('at night it is put off, and nothing is sent', async () => {
  it.clock.set(Date.UTC(2026, 10, 23, 21))
  expect(await run()).toEqual({ kind: 'later', at: Date.UTC(2026, 10, 24, 7) })
  expect(it.sent).toEqual([])
  expect(await stateOf()).toBe('pending')
})

test('straight after a mail of another team it is put off', async () => {
  it.state.row = { signals: { contacted_elsewhere: NOON - DAY_MS / 2 } }
  expect(await run()).toEqual({ kind: 'later', at: Date.UTC(2026, 10, 24, 7) })
  expect(await stateOf()).toBe('pending')
})

test('what the receiver asks to be tried again stays open', async () => {
  it.answers.push({ kind: 'retry', reason: 'busy', afterMs: 5_000 })
  expect(await run()).toEqual({ kind: 'retry', reason: 'busy', afterMs: 5_000 })
  expect(await outcome()).toBeUndefined()
  expect(await stateOf()).toBe('sending')
  expect(it.counted).toEqual(['log retry'])
  await run()
  expect(it.sent.map(({ id }) => id)).toEqual(['o-1', 'o-1'])
  expect(await outcome()).toMatchObject({ outcome: 'delivered' })
})

test.each<[string, SendResult, boolean]>([
  ['will never work', { kind: 'failed', reason: 'gone' }, false],
  ['did not work the last time either', { kind: 'retry', reason: 'gone' }, true],
])('what %s has failed, and the key stays taken', async (_, answer, lastAttempt) => {
  it.answers.push(answer)
  expect(await run(lastAttempt)).toEqual(answer)
  expect(await outcome()).toMatchObject({ outcome: 'failed', detail: 'gone' })
  expect(it.reports[0]).toMatchObject({ eventId: 'o-1.failed' })
  expect(await stateOf()).toBe('failed')
})

test('held after an attempt that may have arrived: reported as failed, for nobody knows', async () => {
  it.answers.push({ kind: 'retry', reason: 'time-out' })
  await run()
  await it.killSwitch.stop('*')
  expect(await run()).toEqual({ kind: 'done' })
  expect(await outcome()).toMatchObject({ outcome: 'failed', detail: 'kill-switch' })
  expect(await stateOf()).toBe('failed')
})

describe('run again after a crash', () => {
  test('between the channel and the note of it: sent again, under the same id', async () => {
    const healthy = it.deps
    const settle = async () => Promise.reject(new Error('crash'))
    it.deps = { ...healthy, contacts: { ...healthy.contacts, settle } }
    await expect(run()).rejects.toThrow('crash')
    it.deps = healthy
    await run()
    expect(it.sent.map(({ id }) => id)).toEqual(['o-1', 'o-1'])
    expect(await stateOf()).toBe('sent')
  })

  test.each(['report', 'close'] as const)('at the %s: not sent again, only reported again', async (step) => {
    const healthy = it.deps
    const crash = async () => Promise.reject(new Error('crash'))
    const ledger = step === 'close' ? { ...healthy.ledger, close: crash } : healthy.ledger
    it.deps = { ...healthy, ledger, report: step === 'report' ? crash : healthy.report }
    await expect(run()).rejects.toThrow('crash')
    it.deps = healthy
    await run()
    expect(it.sent).toHaveLength(1)
    expect(new Set(it.reports.map(({ eventId }) => eventId))).toEqual(new Set(['o-1.delivered']))
    expect(await outcome()).toMatchObject({ outcome: 'delivered' })
  })
})

test('a decision that the ledger has forgotten is let go', async () => {
  expect(
    await runJob(it.deps, { job: sampleJob({ interventionId: 'i-old' }), attempt: 1, lastAttempt: false }),
  ).toEqual({ kind: 'done' })
  expect([it.sent, it.reports]).toEqual([[], []])
})

describe('a job that was given up without our knowing', () => {
  test('is noted as failed', async () => {
    await abandonJob(it.deps, job, 'stalled too often')
    expect(await outcome()).toMatchObject({ outcome: 'failed', detail: 'stalled too often' })
  })

  test('but not when it had gone out', async () => {
    await it.deps.contacts.begin({ ref, interventionId: entry.id, caps: [] }, NOON)
    await it.deps.contacts.settle(ref, entry.id, 'sent')
    await abandonJob(it.deps, job, 'stalled too often')
    expect(await outcome()).toMatchObject({ outcome: 'delivered' })
  })
})

describe('a play that was changed in mid-flight', () => {
  const changed = (change: (playbook: Playbook) => Playbook) => ({
    ...plays,
    version: 'changed',
    playbooks: plays.playbooks.map(change),
  })

  test('is carried out as it was when this was decided', async () => {
    it.deps.playsOf = async (version) => (version === entry.policyVersion ? plays : undefined)
    it.deps.plays = changed((playbook) => ({
      ...playbook,
      steps: playbook.steps.map((step) => ({ ...step, name: 'new' })),
    }))
    expect(await run()).toEqual({ kind: 'done' })
    expect(it.sent).toHaveLength(1)
  })

  test('and is not, once it is switched off', async () => {
    it.deps.playsOf = async () => plays
    it.deps.plays = changed((playbook) => ({ ...playbook, enabled: false }))
    await run()
    expect(it.sent).toEqual([])
    expect(await outcome()).toMatchObject({ outcome: 'superseded', detail: 'playbook-off' })
  })

  test('nor once it is gone', async () => {
    it.deps.playsOf = async () => plays
    it.deps.plays = { ...plays, playbooks: [] }
    await run()
    expect(await outcome()).toMatchObject({ outcome: 'superseded', detail: 'playbook-gone' })
  })
})

describe('a Redis that may have lost who was contacted', () => {
  test('is told again before anything is asked', async () => {
    it.deps.recall.ensure = async () => void (await it.deps.contacts.settle(ref, entry.id, 'sent'))
    expect(await run()).toEqual({ kind: 'done' })
    expect(it.sent).toEqual([])
    expect(await outcome()).toMatchObject({ outcome: 'delivered' })
  })

  test('away between the first question and the last: all of it is asked again, and sent once', async () => {
    it.deps.recall.answers.push(false)
    expect(await run()).toEqual({ kind: 'done' })
    expect(it.deps.recall.ensured()).toBe(2)
    expect(it.sent).toHaveLength(1)
  })
})
