import { memoryAlerts, NOON, sampleAlert } from '@perennial/testkit'
import { beforeEach, expect, test } from 'vitest'
import { silentMember, stored, type TestApi, testApi } from './server.fixture.ts'

let api: TestApi

beforeEach(async () => {
  const alerts = memoryAlerts()
  await alerts.open(sampleAlert())
  await alerts.open(sampleAlert({ id: 'o-2', owner: 'events', dueAt: NOON - 1 }))
  api = await testApi({ alerts })
})

const list = async (query = '') => (await api.app.inject(`/alerts${query}`)).json().alerts
const post = (path: string, payload: object) => api.app.inject({ method: 'POST', url: `/alerts/${path}`, payload })

test('what is to be done is listed, what is overdue first', async () => {
  expect(await list()).toMatchObject([
    { id: 'o-2', overdue: true, owner: 'events', state: 'open' },
    { id: 'o-1', overdue: false, dueAt: '2026-11-30T12:00:00.000Z', outcome: null },
  ])
  expect(await list('?owner=events')).toHaveLength(1)
  expect(await list('?state=closed')).toEqual([])
})

test('somebody sees to it', async () => {
  expect((await post('o-1/acknowledge', { by: 'kim' })).json()).toMatchObject({ state: 'acknowledged', by: 'kim' })
  expect(await list()).toHaveLength(2)
})

test('a snoozed one comes back by itself', async () => {
  await post('o-1/snooze', { by: 'kim', until: '2026-11-24T12:00:00Z' })
  expect(await list()).toHaveLength(1)
  api.clock.advance(24 * 3_600_000)
  expect(await list()).toHaveLength(2)
})

test('what came of it goes back as a fact about the member, once, and without the note', async () => {
  const outcome = { by: 'kim', outcome: 'will-renew', note: 'asked for an invoice' }
  expect((await post('o-1/outcome', outcome)).json()).toMatchObject({ state: 'closed', note: 'asked for an invoice' })
  await post('o-1/outcome', { by: 'lee', outcome: 'other' })
  const facts = await stored(api, 'outreach-outcome')
  expect(new Set(facts.map(({ record }) => record.eventId))).toEqual(new Set(['o-1.staff']))
  expect(facts[0]?.record).toMatchObject({
    member: { memberId: 'M1' },
    outcome: 'replied',
    detail: 'will-renew',
    channel: 'task',
    source: 'staff',
  })
  expect(JSON.stringify(facts)).not.toContain('invoice')
  expect(await list('?state=closed')).toMatchObject([{ id: 'o-1', outcome: 'will-renew', by: 'kim' }])
})

test('why, as the member told, goes along and shows in the reasons of the member; the words stay with the member', async () => {
  api.rows.set('M1', silentMember('M1'))
  const outcome = { by: 'kim', outcome: 'will-not-renew', reason: 'too-expensive', note: 'her firm folded' }
  await post('o-1/outcome', outcome)
  const [fact] = await stored(api, 'outreach-outcome')
  expect(fact?.record).toMatchObject({ outcome: 'replied', detail: 'will-not-renew: too-expensive' })
  expect(JSON.stringify(fact)).not.toContain('folded')
  const { reasons, feedback } = (await api.app.inject('/members/M1')).json()
  expect(reasons[0]).toBe('told us on 2026-11-23: will not renew, because: too expensive')
  expect(feedback).toEqual([{ alertId: 'o-1', at: '2026-11-23T12:00:00.000Z', ...outcome }])
  expect(await api.metrics.metrics()).not.toContain('folded')
  // Two years later it is history, and no reason.
  api.clock.advance(2 * 365 * 24 * 3_600_000)
  expect((await api.app.inject('/members/M1')).json().reasons[0]).not.toContain('told us')
})

test.each([
  ['o-9/acknowledge', { by: 'kim' }, 404],
  ['o-1/acknowledge', {}, 400],
  ['o-1/snooze', { by: 'kim', until: 'tomorrow' }, 400],
  ['o-1/outcome', { by: 'kim', outcome: 'fine' }, 400],
  ['o-1/outcome', { by: 'kim', outcome: 'other', reason: 'the price of 12 EUR' }, 400],
  ['o-1/outcome', { by: 'kim', outcome: 'other', note: 'x'.repeat(501) }, 400],
])('%s with %o answers %d', async (path, payload, status) => {
  expect((await post(path, payload)).statusCode).toBe(status)
})
