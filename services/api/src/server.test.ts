import { readFileSync } from 'node:fs'
import { TOKEN_SCOPES } from '@perennial/runtime'
import { describe, expect, test } from 'vitest'
import { openApi } from './openapi/document.ts'
import { BODY_LIMIT } from './server.ts'
import { ROUTE_SCOPES } from './access.ts'
import { DEEPEST } from './limits.ts'
import { accessFor, MASTER, outage, testApi } from './server.fixture.ts'

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

const NONE = { authorization: '' }
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('access', () => {
  test('wants a token everywhere but for health, on this machine too', async () => {
    const { app } = await testApi()
    for (const url of ['/members', '/members/M1', '/metrics', '/openapi.json', '/v1/erasures', '/nowhere']) {
      const response = await app.inject({ url, headers: NONE })
      expect([url, response.statusCode]).toEqual([url, 401])
      expect(response.headers['www-authenticate']).toContain('Bearer')
    }
    expect((await app.inject({ url: '/healthz', headers: NONE })).statusCode).toBe(200)
    expect((await app.inject({ url: '/readyz', headers: NONE })).statusCode).toBe(200)
  })

  test.each([
    ['Bearer TOKEN', `Bearer ${MASTER}`, 200],
    ['the token as user name', `Basic ${Buffer.from(`${MASTER}:`).toString('base64')}`, 200],
    ['another token', 'Bearer another', 401],
    ['the token as password', `Basic ${Buffer.from(`x:${MASTER}`).toString('base64')}`, 401],
    ['another scheme', `Digest ${MASTER}`, 401],
    ['nothing behind the scheme', 'Bearer', 401],
  ])('with %s', async (_, authorization, status) => {
    const { app } = await testApi()
    expect((await app.inject({ url: '/members', headers: { authorization } })).statusCode).toBe(status)
  })

  test('without a token of the settings only those that were made are known', async () => {
    const access = accessFor(undefined, { made: { name: 'crm', scopes: ['members:read'] } })
    const { app } = await testApi({ access })
    expect((await app.inject({ url: '/members', headers: bearer('') })).statusCode).toBe(401)
    expect((await app.inject({ url: '/members', headers: bearer('made') })).statusCode).toBe(200)
  })

  test.each(Object.entries(ROUTE_SCOPES))('%s is for tokens with %s and for no others', async (route, scope) => {
    const others = TOKEN_SCOPES.filter((one) => one !== scope)
    const { app } = await testApi({
      access: accessFor(undefined, {
        good: { name: 'good', scopes: [scope] },
        bad: { name: 'bad', scopes: others },
      }),
    })
    const [method = '', path = ''] = route.split(' ')
    const ask = (token: string) =>
      app.inject({
        method: method === 'GET' ? 'GET' : 'POST',
        url: path.replaceAll(/:\w+/g, 'x'),
        headers: bearer(token),
      })
    const refused = await ask('bad')
    expect([refused.statusCode, refused.json().type]).toEqual([403, 'urn:perennial:problem:forbidden'])
    expect([401, 403]).not.toContain((await ask('good')).statusCode)
  })

  test('HEAD, which tells who is there, asks for what GET asks for', async () => {
    const access = accessFor(undefined, { bad: { name: 'bad', scopes: ['metrics:read'] } })
    const { app } = await testApi({ access })
    expect((await app.inject({ method: 'HEAD', url: '/members/x', headers: bearer('bad') })).statusCode).toBe(403)
  })

  test('every route that is not open is for tokens with one scope', async () => {
    const { app } = await testApi()
    const unnamed = Object.entries(openApi.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { security }]: [string, { security?: readonly unknown[] }]) => {
        const route = `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`
        return security?.length === 0 || ROUTE_SCOPES[route] !== undefined ? [] : [route]
      }),
    )
    expect(unnamed).toEqual(['GET /openapi.json'])
    const [first = ''] = Object.keys(ROUTE_SCOPES).filter((route) => {
      const [method = '', url = ''] = route.split(' ')
      return !app.hasRoute({ method, url })
    })
    expect(first).toBe('')
  })
})

describe('limits', () => {
  test('who asks too often is told when to try again, and nobody else is', async () => {
    const kept = { one: { name: 'one', scopes: TOKEN_SCOPES }, two: { name: 'two', scopes: TOKEN_SCOPES } }
    const { app } = await testApi({ access: accessFor(undefined, kept, 2) })
    const ask = (token: string) => app.inject({ url: '/members', headers: bearer(token) })
    const statuses = []
    for (let n = 0; n < 5; n++) statuses.push((await ask('one')).statusCode)
    expect(statuses).toEqual([200, 200, 200, 200, 429])
    expect((await ask('one')).headers['retry-after']).toBe('1')
    expect((await ask('two')).statusCode).toBe(200)
  })

  test('who guesses tokens is slowed down; who has one behind the same address is not', async () => {
    const { app } = await testApi({ access: accessFor(MASTER, {}, 3) })
    const statuses = []
    for (let n = 0; n < 7; n++)
      statuses.push((await app.inject({ url: '/members', headers: bearer(`guess-${n}`) })).statusCode)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429])
    expect((await app.inject('/members')).statusCode).toBe(200)
  })

  test.each([
    [DEEPEST, 422],
    [DEEPEST + 1, 400],
    [100_000, 400],
  ])('a body nested %i levels deep', async (levels, status) => {
    const { app } = await testApi()
    const headers = { 'content-type': 'application/json' }
    const body = `${'['.repeat(levels)}${']'.repeat(levels)}`
    expect((await app.inject({ method: 'POST', url: '/v1/track', headers, body })).statusCode).toBe(status)
  })

  test('more than can be written is not taken in; what is written makes room', async () => {
    const { app, log } = await testApi()
    const going = Promise.withResolvers<void>()
    log.beforeAppend = () => going.promise
    const post = (n: number) =>
      app.inject({ method: 'POST', url: '/v1/page', body: { userId: 'M1', messageId: `m${n}`, name: 'Home' } })
    const many = Array.from({ length: 201 }, (_, n) => post(n))
    // Whoever comes last is refused, and that is the first answer.
    const over = await Promise.race(many)
    expect([over.statusCode, over.headers['retry-after']]).toEqual([429, '1'])
    going.resolve()
    const statuses = (await Promise.all(many)).map(({ statusCode }) => statusCode)
    expect(statuses.filter((status) => status === 200).length).toBe(200)
    expect((await post(202)).statusCode).toBe(200)
  })
})

describe('erasures', () => {
  test('are asked for, with a receipt to come back for that shows nothing of the request', async () => {
    const { app } = await testApi()
    const asked = await app.inject({
      method: 'POST',
      url: '/v1/erasures',
      body: { memberId: 'M1', emails: ['a@b.org'] },
    })
    expect([asked.statusCode, asked.headers['location']]).toEqual([202, '/v1/erasures/keyed-hash'])
    expect(asked.json()).toMatchObject({ id: 'keyed-hash', state: 'running', completedAt: null })
    expect(asked.body).not.toContain('sealed')
    expect((await app.inject('/v1/erasures/keyed-hash')).json()).toEqual(asked.json())
    expect((await app.inject('/v1/erasures')).json()).toEqual({ erasures: [asked.json()] })
    expect((await app.inject('/v1/erasures/another')).statusCode).toBe(404)
  })

  test.each([
    [{}],
    [{ memberId: '' }],
    [{ memberId: 'M1', email: 'a@b.org' }],
    [{ memberId: 'M1', emails: 'a@b.org' }],
    [{ memberId: 'M1', emails: ['a@b.org', 'a.b.org'] }],
  ])('%j is refused', async (body) => {
    const { app } = await testApi()
    const response = await app.inject({ method: 'POST', url: '/v1/erasures', body })
    expect([response.statusCode, response.json().type]).toEqual([400, 'urn:perennial:problem:bad-request'])
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
