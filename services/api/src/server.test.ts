import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openApi } from './openapi/document.ts'
import { BODY_LIMIT } from './server.ts'
import { outage, testApi } from './server.fixture.ts'

const TOKEN = 'a-token-of-sixteen-characters'

describe('health', () => {
  test('is answered whether ready or not', async () => {
    const { app } = await testApi({ notReady: () => 'replaying' })
    expect((await app.inject('/healthz')).json()).toEqual({ status: 'ok' })
    const ready = await app.inject('/readyz')
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'not ready', reason: 'replaying' }])
  })

  test('says ready', async () => {
    const { app } = await testApi({ status: () => ({ members: 3 }) })
    expect((await app.inject('/readyz')).json()).toEqual({ status: 'ready', members: 3 })
  })

  test('has metrics, by route and never by address', async () => {
    const { app } = await testApi()
    await app.inject('/members/M-secret')
    const { body } = await app.inject('/metrics')
    expect(body).toContain('perennial_api_request_duration_seconds_count{route="/members/:memberId",status="404"} 1')
    expect(body).not.toContain('M-secret')
  })
})

describe('access', () => {
  test('without a token is by the names of this machine only', async () => {
    const { app } = await testApi()
    const ask = (host: string) =>
      app.inject({ url: '/members', headers: { host } }).then(({ statusCode }) => statusCode)
    expect(await ask('localhost:8710')).toBe(200)
    expect(await ask('127.0.0.1:8710')).toBe(200)
    expect(await ask('evil.example:8710')).toBe(403)
  })

  test('with a token needs it everywhere but for health', async () => {
    const { app } = await testApi({ token: TOKEN })
    for (const url of ['/members', '/members/M1', '/metrics', '/openapi.json', '/nowhere']) {
      const response = await app.inject(url)
      expect([url, response.statusCode]).toEqual([url, 401])
      expect(response.headers['www-authenticate']).toContain('Bearer')
    }
    expect((await app.inject('/healthz')).statusCode).toBe(200)
    expect((await app.inject('/readyz')).statusCode).toBe(200)
  })

  test.each([
    ['Bearer TOKEN', `Bearer ${TOKEN}`, 200],
    ['the token as user name', `Basic ${Buffer.from(`${TOKEN}:`).toString('base64')}`, 200],
    ['another token', 'Bearer another', 401],
    ['the token as password', `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}`, 401],
    ['another scheme', `Digest ${TOKEN}`, 401],
    ['nothing behind the scheme', 'Bearer', 401],
  ])('with %s', async (_, authorization, status) => {
    const { app } = await testApi({ token: TOKEN })
    expect((await app.inject({ url: '/members', headers: { authorization, host: 'api.example' } })).statusCode).toBe(
      status,
    )
  })
})

describe('errors', () => {
  test('are problem+json, also where there is nothing', async () => {
    const { app } = await testApi()
    const response = await app.inject({ method: 'DELETE', url: '/members' })
    expect(response.headers['content-type']).toContain('application/problem+json')
    expect(response.json()).toMatchObject({ type: 'urn:perennial:problem:not-found', status: 404 })
  })

  test.each([
    ['no JSON', '{"event":', 400],
    ['a prototype', '{"__proto__": {"admin": true}}', 400],
    ['a constructor', '{"constructor": {"prototype": {"admin": true}}}', 400],
    ['too much', JSON.stringify({ event: 'x'.repeat(BODY_LIMIT) }), 413],
  ])('a body with %s is refused', async (_, body, status) => {
    const { app } = await testApi()
    const headers = { 'content-type': 'application/json' }
    const response = await app.inject({ method: 'POST', url: '/v1/track', headers, body })
    expect(response.statusCode).toBe(status)
    expect(response.json().status).toBe(status)
  })

  test('a body that is not JSON is refused', async () => {
    const { app } = await testApi()
    const headers = { 'content-type': 'text/plain' }
    expect((await app.inject({ method: 'POST', url: '/v1/track', headers, body: 'x' })).statusCode).toBe(415)
  })

  test('a server that is away is said so, with when to try again', async () => {
    const { app, log } = await testApi()
    log.beforeAppend = () => {
      throw outage()
    }
    const response = await app.inject({ method: 'POST', url: '/v1/page', body: { userId: 'M1' } })
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '5'])
    expect(response.json().type).toBe('urn:perennial:problem:unavailable')
  })

  test('a bug is answered without its message', async () => {
    const members = { read: () => Promise.reject(new TypeError('secret')), readMany: async () => [] }
    const { app } = await testApi({ members })
    const response = await app.inject('/members/M1')
    expect(response.statusCode).toBe(500)
    expect(response.body).not.toContain('secret')
  })
})

describe('OpenAPI', () => {
  test('is served, and docs/openapi.json is the same', async () => {
    const { app } = await testApi()
    const served = (await app.inject('/openapi.json')).json()
    const written: unknown = JSON.parse(readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'))
    expect(served).toEqual(written)
  })

  test('describes every route there is, and no other', async () => {
    const { app } = await testApi()
    await app.ready()
    const described = Object.entries(openApi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ path: path.replace(/\{(\w+)\}/g, ':$1'), method: method.toUpperCase() })),
    )
    expect(described.filter(({ path, method }) => !app.hasRoute({ url: path, method }))).toEqual([])
    expect(described).toHaveLength(app.printRoutes({ commonPrefix: false }).match(/\b(?:GET|POST)\b/g)?.length ?? 0)
  })
})
