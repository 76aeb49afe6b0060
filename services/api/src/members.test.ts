import { foldFact, memberKey } from '@perennial/member'
import { createScorer } from '@perennial/risk'
import { HAZARD } from '@perennial/risk/testing'
import { memoryLedger, memoryRiskProjection, NOON, sampleEntry, sampleRisk } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { silentMember, type TestApi, testApi } from './server.fixture.ts'

/** `count` members at risk, M0 with most at stake. */
async function withRisks(count: number): Promise<TestApi> {
  const risks = memoryRiskProjection()
  const many = Array.from({ length: count }, (_, i) =>
    sampleRisk({ memberId: `M${i}`, valueAtRisk: 1000 - i, band: i % 3 === 0 ? 'medium' : 'high' }),
  )
  await risks.upsert(0, many)
  const api = await testApi({ risks })
  for (let i = 0; i < count; i += 1) api.rows.set(`M${i}`, silentMember(`M${i}`, { dues: 1000 - i }))
  return api
}

test('a member tells what moved the risk since the last alert', async () => {
  const ledger = memoryLedger()
  const { app, rows, scorer } = await testApi({ ledger })
  rows.set('M1', silentMember('M1'))
  expect((await app.inject('/members/M1')).json().sinceLastAlert).toBeNull()
  const { contributions } = scorer.score(silentMember('M1'), 0, NOON - 40 * 86_400_000)
  const parts = Object.fromEntries(contributions.map(({ feature, contribution }) => [feature, contribution]))
  await ledger.record([sampleEntry({ decidedAt: NOON - 40 * 86_400_000, parts })])
  const { sinceLastAlert, risk } = (await app.inject('/members/M1')).json()
  expect(sinceLastAlert).toMatchObject({ alertedAt: '2026-10-14T12:00:00.000Z', playbook: 'win-back', riskThen: 0.8 })
  const then = contributions.reduce((sum, { contribution }) => sum + contribution, 0)
  expect(sinceLastAlert.difference).toBeCloseTo(risk.logit - then, 9)
  expect(sinceLastAlert.parts.length).toBeGreaterThan(0)
})

describe('GET /members', () => {
  test('lists who has most at stake first, with reasons in words', async () => {
    const { app } = await withRisks(3)
    const response = await app.inject('/members')
    const { total, next, members } = response.json()
    expect({ status: response.statusCode, total, next }).toEqual({ status: 200, total: 3, next: null })
    expect(members.map(({ memberId }: { memberId: string }) => memberId)).toEqual(['M0', 'M1', 'M2'])
    expect(members[1]).toMatchObject({ chapter: 'Berlin', tier: 'individual', band: 'high' })
    expect(members[1]).toMatchObject({ horizon: { kind: 'renewal', at: '2027-01-02T12:00:00.000Z' } })
    expect(members[0].reasons.length).toBeGreaterThan(0)
  })

  test('says of a member what the page of that member says', async () => {
    const { app } = await withRisks(1)
    const [listed] = (await app.inject('/members')).json().members
    const { risk, reasons } = (await app.inject('/members/M0')).json()
    expect(listed).toMatchObject({
      lapseRisk: risk.lapseRisk,
      valueAtRisk: risk.valueAtRisk,
      horizon: risk.horizon,
      reasons,
    })
  })

  test('leaves out who has lapsed since the list was written, and who is not known any more', async () => {
    const { app, rows } = await withRisks(3)
    rows.set('M0', silentMember('M0', { status: 'lapsed' }))
    rows.delete('M1')
    const { members } = (await app.inject('/members')).json()
    expect(members.map(({ memberId }: { memberId: string }) => memberId)).toEqual(['M2'])
  })

  test('takes one band', async () => {
    const { app } = await withRisks(10)
    expect((await app.inject('/members?band=medium')).json()).toMatchObject({ total: 4, members: { length: 4 } })
  })

  test('gives every member once over its pages', async () => {
    const { app } = await withRisks(23)
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { members: { memberId: string }[]; next: string | null } = (
        await app.inject(`/members?limit=5${cursor && `&cursor=${cursor}`}`)
      ).json()
      seen.push(...page.members.map(({ memberId }) => memberId))
      cursor = page.next
    }
    expect(seen).toEqual(Array.from({ length: 23 }, (_, i) => `M${i}`))
  })

  test.each([
    ['band=low', 'band'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=ten', 'limit'],
    ['cursor=bm9uc2Vuc2U', 'cursor'],
    ['bands=high', 'bands'],
  ])('refuses ?%s', async (query, named) => {
    const { app } = await testApi()
    const response = await app.inject(`/members?${query}`)
    expect(response.statusCode).toBe(400)
    expect(response.headers['content-type']).toContain('application/problem+json')
    expect(response.json()).toMatchObject({ type: 'urn:perennial:problem:bad-request', status: 400 })
    expect(response.json().detail).toContain(named)
  })
})

describe('GET /members/{id}', () => {
  test('scores the member now, and the contributions add up to the score exactly', async () => {
    const { app, rows } = await testApi()
    rows.set('M1', silentMember('M1'))
    const member = (await app.inject('/members/M1')).json()
    const { risk } = member
    const sum = risk.contributions.reduce(
      (total: number, each: { contribution: number }) => total + each.contribution,
      0,
    )
    expect(sum).toBe(risk.logit)
    expect(risk.lapseRisk).toBeCloseTo(1 / (1 + Math.exp(-risk.logit)), 12)
    expect(member).toMatchObject({
      memberId: 'M1',
      status: 'active',
      chapter: 'Berlin',
      term: { end: '2027-01-02T12:00:00.000Z', dues: 200, autoRenew: false },
      consent: { marketing: true },
      ledger: [],
    })
    expect(risk).toMatchObject({ at: '2026-11-23T12:00:00.000Z', model: { kind: 'starter, not trained' } })
    expect(member.reasons.length).toBeGreaterThan(0)
    expect(member.whatWouldChange.map(({ name }: { name: string }) => name)).toContain('renews')
    expect(Date.parse(member.nextCheckAt)).toBeGreaterThan(NOON)
  })

  test('of who objects to being profiled it says so, and tells the facts without a score', async () => {
    const { app, rows } = await testApi()
    const row = silentMember('M1')
    foldFact(row, 0, {
      kind: 'membership',
      subject: memberKey('M1'),
      source: { stream: 5, partition: 0, offset: 99, index: 0 },
      idHi: 9,
      idLo: 9,
      at: NOON,
      change: { consent: { profiling: false } },
    })
    rows.set('M1', row)
    const member = (await app.inject('/members/M1')).json()
    expect(member).toMatchObject({
      profiling: 'refused',
      risk: null,
      reasons: [],
      whatWouldChange: [],
      nextCheckAt: null,
    })
    expect(member).toMatchObject({ tier: 'individual', term: { dues: 200 }, sinceLastAlert: null })
  })

  test('says between what the risk of a trained model lies, and of the starter that it cannot', async () => {
    const starter = await testApi()
    const trained = await testApi({ scorer: createScorer(HAZARD) })
    for (const { rows } of [starter, trained]) rows.set('M1', silentMember('M1'))
    expect((await starter.app.inject('/members/M1')).json().risk.interval).toBeNull()
    const { risk } = (await trained.app.inject('/members/M1')).json()
    expect(risk.interval.low).toBeLessThan(risk.lapseRisk)
    expect(risk.interval.high).toBeGreaterThan(risk.lapseRisk)
    expect(risk.horizon).toEqual({ kind: 'renewal', at: '2027-11-23T12:00:00.000Z' })
  })

  test('shows when each signal was last seen, the latest first', async () => {
    const { app, rows } = await testApi()
    rows.set('M1', silentMember('M1'))
    const { timeline } = (await app.inject('/members/M1')).json()
    expect(timeline).toEqual([
      {
        signal: 'web_visit',
        label: 'website visits',
        family: 'consumption',
        count: 1,
        lastAt: '2026-08-15T12:00:00.000Z',
      },
      {
        signal: 'event_attended',
        label: 'events attended',
        family: 'belonging',
        count: 1,
        lastAt: '2026-06-26T12:00:00.000Z',
      },
    ])
  })

  test('grows with silence: the score is fresh, not the one that was stored', async () => {
    const { app, rows, clock } = await testApi()
    rows.set('M1', silentMember('M1'))
    const before = (await app.inject('/members/M1')).json().risk.lapseRisk
    clock.advance(20 * 86_400_000)
    expect((await app.inject('/members/M1')).json().risk.lapseRisk).toBeGreaterThan(before)
  })

  test('tells what was decided about outreach, and why', async () => {
    const ledger = memoryLedger()
    await ledger.record([sampleEntry({ decision: 'hold', reason: 'no-consent' })])
    const { app, rows } = await testApi({ ledger })
    rows.set('M1', silentMember('M1'))
    expect((await app.inject('/members/M1')).json().ledger).toMatchObject([
      {
        playbook: 'win-back',
        decision: 'hold',
        reason: 'no-consent',
        decidedAt: '2026-11-23T12:00:00.000Z',
        outcome: null,
      },
    ])
  })

  test('answers why somebody was not contacted: what every gate said', async () => {
    const ledger = memoryLedger()
    const answers = [
      { gate: 'member-status', answer: 'pass' },
      { gate: 'consent', answer: 'hold', reason: 'no-consent' },
    ] as const
    await ledger.record([sampleEntry({ decision: 'hold', reason: 'no-consent', answers })])
    const { app } = await testApi({ ledger })
    const { decisions } = (await app.inject('/members/M1/decisions')).json()
    expect(decisions).toMatchObject([
      { reason: 'no-consent', policyVersion: 'p1', riskVersion: 1, purpose: 'marketing' },
    ])
    expect(decisions[0].answers).toEqual([
      { gate: 'member-status', answer: 'pass', reason: null, until: null },
      { gate: 'consent', answer: 'hold', reason: 'no-consent', until: null },
    ])
    expect((await app.inject('/members/nobody/decisions')).json()).toEqual({ memberId: 'nobody', decisions: [] })
    expect((await app.inject('/members/M1/decisions?limit=0')).statusCode).toBe(400)
  })

  test.each(['nobody', '__proto__', '..%2F..%2Fetc', '%00', 'x'.repeat(247)])('knows nobody called %s', async (id) => {
    const { app } = await testApi()
    const response = await app.inject(`/members/${id}`)
    expect(response.statusCode).toBe(404)
    expect(response.json()).toMatchObject({ title: 'Not found', status: 404 })
    expect(response.body).not.toContain(id)
  })
})
