import { vocabularyOf } from '@perennial/member'
import { CUSTOM_VOCABULARY, VOCABULARY } from '@perennial/streams'
import { NOON } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { stored, testApi, type TestApi } from '../server.fixture.ts'

function post({ app }: TestApi, url: string, body: object) {
  return app.inject({ method: 'POST', url, body })
}

describe('POST /v1/track', () => {
  test('stores a record whose id is the message id', async () => {
    const api = await testApi()
    const response = await post(api, '/v1/track', {
      messageId: 'abc-1',
      userId: 'M-00042',
      event: 'Order Completed',
      timestamp: '2026-11-23T11:59:00Z',
      sentAt: '2026-11-23T11:59:30Z',
      properties: { order_id: 'O-9', total: 24.5, currency: 'EUR', products: [{ quantity: 2 }, {}] },
      context: { traits: { email: 'someone@guild.example' }, externalIds: [{ id: '7', type: 'shop' }] },
    })
    expect([response.statusCode, response.json()]).toEqual([
      200,
      { accepted: 1, rejected: 0, items: [{ index: 0, status: 'accepted', messageId: 'abc-1' }] },
    ])
    const [one, ...others] = await stored(api, 'purchase')
    expect(others).toEqual([])
    expect(one?.key).toBe('abc-1')
    expect(one?.record).toMatchObject({
      eventId: 'abc-1',
      occurredAt: NOON - 60_000,
      sentAt: NOON - 30_000,
      member: { memberId: 'M-00042', email: 'someone@guild.example', externalIds: [{ system: 'shop', id: '7' }] },
      type: 'order_completed',
      orderId: 'O-9',
      value: 24.5,
      quantity: 3,
    })
  })

  test('takes now, and an id made here, where the producer names none', async () => {
    const api = await testApi()
    const response = await post(api, '/v1/track', { anonymousId: 'cookie', event: 'signed in' })
    expect(response.json().items[0].messageId).toBe('made-here')
    expect((await stored(api, 'website-activity'))[0]?.record).toMatchObject({
      occurredAt: NOON,
      sentAt: NOON,
      type: 'signed_in',
    })
  })

  test('knows every event of the vocabulary', async () => {
    const api = await testApi()
    const properties = {
      event_id: 'E1',
      order_id: 'O1',
      value: 1,
      term_end: '2027-11-23',
      auto_renew: true,
      consent: { marketing: true },
      emails: ['a@guild.example'],
      intervention_id: 'i',
      playbook: 'p',
      step: 's',
      channel: 'c',
    }
    const names = [...Object.values(VOCABULARY), ...Object.values(CUSTOM_VOCABULARY)]
      .flatMap((types) => Object.values<Readonly<{ segment: string }>>(types))
      .flatMap(({ segment }) => (segment.startsWith('track ') ? [segment.slice(6)] : []))
    const batch = names.map((event, i) => ({ type: 'track', messageId: `m${i}`, userId: 'M1', event, properties }))
    expect((await post(api, '/v1/batch', { batch })).json()).toMatchObject({ accepted: names.length, rejected: 0 })
  })

  test.each(['Forum Posted', 'forum.posted', ' FORUM  posted '])(
    'takes the deployment’s own signal by the name %j',
    async (event) => {
      const vocabulary = vocabularyOf([
        { stream: 'code', action: 'pr_merged' },
        { stream: 'forum', action: 'posted' },
      ])
      const api = await testApi({ vocabulary })
      const response = await post(api, '/v1/track', {
        userId: 'M1',
        event,
        properties: { object: 'thread 7', value: 2 },
      })
      expect(response.json()).toMatchObject({ accepted: 1 })
      expect((await stored(api, 'custom-activity'))[0]?.record).toMatchObject({
        member: { memberId: 'M1' },
        stream: 'forum',
        action: 'posted',
        object: 'thread 7',
        value: 2,
      })
    },
  )

  test('does not take it where nobody has named it, and says where to', async () => {
    const response = await post(await testApi(), '/v1/track', { userId: 'M1', event: 'Forum Posted' })
    expect(response.statusCode).toBe(422)
    expect(response.json().detail).toContain('PERENNIAL_SIGNALS')
  })

  test.each([
    ['nobody', { event: 'Signed In' }, { type: 'Required-Missing', field: 'userId' }],
    [
      'a filler for a person',
      { event: 'Signed In', userId: 'undefined' },
      { type: 'Required-Missing', field: 'member' },
    ],
    ['no event', { userId: 'M1' }, { type: 'Required-Missing', field: 'event' }],
    ['an unknown event', { userId: 'M1', event: 'constructor' }, { type: 'Unplanned-Event', field: 'event' }],
    ['a number for an id', { userId: 7, event: 'Signed In' }, { type: 'Datatype-Mismatch', field: 'userId' }],
    [
      'a day that never was',
      { userId: 'M1', event: 'Signed In', timestamp: '2026-02-31' },
      { type: 'Datatype-Mismatch', field: 'timestamp' },
    ],
    [
      'a time without a zone',
      { userId: 'M1', event: 'Signed In', timestamp: '2026-02-01T10:00' },
      { type: 'Datatype-Mismatch', field: 'timestamp' },
    ],
    [
      'an order without number',
      { userId: 'M1', event: 'Order Completed', properties: { total: 1 } },
      { type: 'Required-Missing', field: 'properties.order_id' },
    ],
    [
      'a price in words',
      { userId: 'M1', event: 'Order Completed', properties: { order_id: '1', total: '9 EUR' } },
      { type: 'Datatype-Mismatch', field: 'properties.total' },
    ],
    [
      'a price below nothing',
      { userId: 'M1', event: 'Order Completed', properties: { order_id: '1', total: -9 } },
      { type: 'Datatype-Mismatch', field: 'value' },
    ],
    [
      'a format that is none',
      { userId: 'M1', event: 'Event Attended', properties: { event_id: '1', format: 'astral' } },
      { type: 'Datatype-Mismatch', field: 'format' },
    ],
    [
      'consent in words',
      { userId: 'M1', event: 'Consent Changed', properties: { consent: { marketing: 'yes' } } },
      { type: 'Datatype-Mismatch', field: 'properties.consent.marketing' },
    ],
    [
      'a broken external id',
      { event: 'Signed In', context: { externalIds: [{ id: 1 }] } },
      { type: 'Datatype-Mismatch', field: 'context.externalIds.0' },
    ],
  ])('says what is wrong with %s, and stores nothing', async (_, call, violation) => {
    const api = await testApi()
    const response = await post(api, '/v1/track', call)
    expect(response.statusCode).toBe(422)
    expect(response.json()).toMatchObject({ type: 'urn:perennial:problem:rejected', violations: [violation] })
    expect(response.json().detail).toContain(violation.field)
    for (const name of ['website-activity', 'purchase', 'membership', 'event-attendance'] as const) {
      expect(await stored(api, name)).toEqual([])
    }
  })

  test('refuses what is no object', async () => {
    const api = await testApi()
    expect((await post(api, '/v1/track', [])).statusCode).toBe(422)
  })
})

describe('POST /v1/page and /v1/identify', () => {
  test('a page is a page view', async () => {
    const api = await testApi()
    const context = { userAgent: 'Firefox', page: { url: 'https://guild.example/jobs', title: 'Jobs' } }
    await post(api, '/v1/page', { anonymousId: 'cookie', context })
    expect((await stored(api, 'website-activity'))[0]?.record).toMatchObject({
      type: 'page_viewed',
      url: 'https://guild.example/jobs',
      title: 'Jobs',
      userAgent: 'Firefox',
    })
  })

  test('identify links, and with traits of the member database changes the profile', async () => {
    const api = await testApi()
    await post(api, '/v1/identify', {
      messageId: 'id-1',
      userId: 'M1',
      anonymousId: 'cookie',
      traits: { email: 'a@guild.example', chapter: 'Berlin' },
    })
    expect((await stored(api, 'website-activity'))[0]?.record).toMatchObject({ eventId: 'id-1', type: 'identified' })
    expect((await stored(api, 'membership'))[0]?.record).toMatchObject({
      eventId: 'id-1:profile',
      type: 'profile_changed',
      chapter: 'Berlin',
      tier: null,
    })
  })
})

describe('POST /v1/batch', () => {
  test('stores the good ones and answers for each', async () => {
    const api = await testApi()
    const response = await post(api, '/v1/batch', {
      context: { userAgent: 'Firefox' },
      batch: [
        { type: 'page', messageId: 'p1', userId: 'M1' },
        { type: 'screen', messageId: 's1', userId: 'M1' },
        'nonsense',
        { type: 'track', userId: 'M1', event: 'Post Created', messageId: 't1' },
      ],
    })
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({
      accepted: 2,
      rejected: 2,
      items: [
        { index: 0, status: 'accepted', messageId: 'p1' },
        { index: 1, status: 'rejected', messageId: 's1', violations: [{ type: 'Unplanned-Event', field: 'type' }] },
        { index: 2, status: 'rejected', violations: [{ type: 'Datatype-Mismatch', field: '' }] },
        { index: 3, status: 'accepted', messageId: 't1' },
      ],
    })
    expect((await stored(api, 'website-activity'))[0]?.record.userAgent).toBe('Firefox')
    const { body } = await api.app.inject('/metrics')
    expect(body).toContain('perennial_api_calls_total{outcome="accepted"} 2')
    expect(body).toContain('perennial_api_violations_total{violation="Unplanned-Event"} 1')
  })

  test.each([
    ['no list', {}, 400],
    ['a list that is none', { batch: { length: 3 } }, 400],
    ['too many', { batch: Array.from({ length: 1_001 }, () => 0) }, 413],
  ])('refuses %s', async (_, body, status) => {
    const api = await testApi()
    expect((await post(api, '/v1/batch', body)).statusCode).toBe(status)
  })
})
