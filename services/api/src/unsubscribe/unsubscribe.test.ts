import { unsubscribeToken } from '@perennial/channels'
import { NOON } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { accessFor, MASTER, outage, stored, testApi } from '../server.fixture.ts'

const KEY = 'k'.repeat(32)
const TOKEN = unsubscribeToken([KEY], { memberId: 'M-17', purpose: 'marketing', interventionId: 'i-1' })
const URL = `/u/${TOKEN}`
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const api = (changes = {}) =>
  testApi({ unsubscribeKeys: [KEY], access: accessFor('not the one that tests send'), ...changes })

test('a look at the link shows a page with a button, and changes nothing', async () => {
  const it = await api()
  for (const method of ['GET', 'HEAD'] as const) {
    const response = await it.app.inject({ method, url: URL, headers: { host: 'members.association.example' } })
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  }
  const { body, headers } = await it.app.inject(URL)
  expect(body).toContain('<form method="post">\n<input type="hidden" name="List-Unsubscribe" value="One-Click">')
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(await stored(it, 'membership')).toEqual([])
})

test('one click acts at once, through the log, and needs no login', async () => {
  const it = await api()
  const response = await it.app.inject({ method: 'POST', url: URL, headers: FORM, body: 'List-Unsubscribe=One-Click' })
  expect(response.statusCode).toBe(200)
  expect(response.body).toContain('no more messages with news and invitations')
  const [{ record } = { record: undefined }, ...more] = await stored(it, 'membership')
  expect(more).toEqual([])
  expect(record).toMatchObject({
    member: { memberId: 'M-17' },
    type: 'consent_changed',
    consent: { marketing: false },
    occurredAt: NOON,
    source: 'perennial',
  })
})

test.each([
  [
    'multipart',
    { 'content-type': 'multipart/form-data; boundary=x' },
    '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
  ],
  ['nothing', {}, undefined],
  ['text', { 'content-type': 'text/plain' }, 'List-Unsubscribe=One-Click'],
])('a mail program that posts %s is understood', async (_, headers, body) => {
  const it = await api()
  const response = await it.app.inject({ method: 'POST', url: URL, headers, ...(body === undefined ? {} : { body }) })
  expect([response.statusCode, await stored(it, 'membership')]).toEqual([200, [expect.anything()]])
})

test('presses within a minute are one fact; a later one counts again', async () => {
  const it = await api()
  const press = () => it.app.inject({ method: 'POST', url: URL, headers: FORM, body: '' })
  await press()
  it.clock.advance(59_999)
  await press()
  it.clock.advance(1)
  await press()
  const ids = (await stored(it, 'membership')).map(({ record }) => record.eventId)
  expect([ids.length, new Set(ids).size]).toEqual([3, 2])
})

describe('a link that nobody signed', () => {
  test.each([
    ['forged', [KEY], `${URL}x`],
    ['of another key', ['z'.repeat(32)], URL],
    ['where there is no key', undefined, URL],
  ])('is told so, and changes nothing: %s', async (_, unsubscribeKeys, url) => {
    const it = await api({ unsubscribeKeys })
    for (const method of ['GET', 'POST'] as const) {
      const { statusCode, body } = await it.app.inject({ method, url })
      expect([statusCode, body.includes('does not work')]).toEqual([404, true])
    }
    expect(await stored(it, 'membership')).toEqual([])
  })
})

test('while the log is away the mail program is told to try again', async () => {
  const it = await api()
  it.log.beforeAppend = () => {
    throw outage()
  }
  expect((await it.app.inject({ method: 'POST', url: URL })).statusCode).toBe(503)
})

test('a body without end is refused', async () => {
  const it = await api()
  const response = await it.app.inject({ method: 'POST', url: URL, headers: FORM, body: 'x'.repeat(20_000) })
  expect(response.statusCode).toBe(413)
})

test('the address of a link is in no metric', async () => {
  const it = await api({ access: accessFor(MASTER) })
  await it.app.inject(URL)
  const { body } = await it.app.inject('/metrics')
  expect(body).toContain('route="/u/:token"')
  expect(body).not.toContain(TOKEN)
})
