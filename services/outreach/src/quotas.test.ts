import { DAY_MS } from '@perennial/member'
import type { JobResult } from '@perennial/runtime'
import { NOON, sampleContact } from '@perennial/testkit'
import { beforeEach, describe, expect, test } from 'vitest'
import { entry, job, PLAY, plays, ref, setUp } from './run-job.fixture.ts'
import { runJob } from './run-job.ts'

let it = setUp()

beforeEach(async () => {
  it = setUp()
  await it.deps.ledger.record([entry])
  await it.deps.contacts.reserve([{ ref, interventionId: entry.id, plannedAt: NOON, caps: [] }])
})

const run = (): Promise<JobResult> => runJob(it.deps, { job, attempt: 1, lastAttempt: false })
const outcome = () => it.outcome()

describe('quotas at the moment of sending', () => {
  const inForce = (changes: object) => {
    const policy = { ...plays.policy, ...changes }
    it.deps = { ...it.deps, plays: { ...plays, policy } }
  }
  const place = (name: string, id = 'i-9') =>
    it.deps.quotas.claim([{ id, at: NOON, quotas: [{ name, most: 1, withinMs: DAY_MS }] }])

  test('a play that has reached its limit meanwhile is stopped', async () => {
    inForce({ limit: { contacts: 1, withinMs: DAY_MS } })
    await place(`play:${PLAY.playbook}`)
    expect(await run()).toEqual({ kind: 'done' })
    expect(it.sent).toEqual([])
    expect(await outcome()).toMatchObject({ outcome: 'superseded', detail: 'play-limit' })
    expect(it.counted).toEqual(['held play-limit', 'webhook superseded'])
  })

  test('the place that was taken on deciding is its own', async () => {
    inForce({ limit: { contacts: 1, withinMs: DAY_MS } })
    await place(`play:${PLAY.playbook}`, entry.id)
    await run()
    expect(it.sent).toHaveLength(1)
  })

  test('what goes out takes its place', async () => {
    inForce({ limit: { contacts: 1, withinMs: DAY_MS } })
    await run()
    expect(await place(`play:${PLAY.playbook}`)).toEqual([`play:${PLAY.playbook}`])
  })

  test('the owner has enough for today: it is for the digest', async () => {
    const alert = { ...entry, playbook: 'at-risk-alert', step: 'alert', owner: 'membership-ops', purpose: 'internal' }
    inForce({ alertBudget: { perDay: 1 } })
    await it.deps.ledger.record([{ ...alert, id: 'i-2' }])
    const refs = sampleContact({ playbook: 'at-risk-alert', step: 'alert', audience: 'team' })
    await it.deps.contacts.reserve([{ ref: refs, interventionId: 'i-2', plannedAt: NOON, caps: [] }])
    await place('owner:membership-ops')
    await runJob(it.deps, { job: { ...job, interventionId: 'i-2' }, attempt: 1, lastAttempt: false })
    expect(it.counted[0]).toBe('held alert-budget')
    expect(await it.deps.heldAlerts.list({ since: NOON, until: NOON + 1 })).toMatchObject([
      // Half of the dues, for the scorer of this test says 0.5.
      { interventionId: 'i-2', owner: 'membership-ops', valueAtRisk: 100 },
    ])
  })
})
