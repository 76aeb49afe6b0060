import { silentMember, type TestApi, testApi } from '../../../services/api/src/server.fixture.ts'
import type { Target } from '../target.ts'
import { CALLS, CALL_WORDS } from './calls.ts'

/** What it has stored goes with it: a new one now and then, so that memory is that of an input. */
const INPUTS_AN_API = 500

type Asked = Readonly<{ method?: unknown; url?: unknown; type?: unknown; body?: unknown }>

/** Requests to the routes of the API, on memory. None may be answered by 500 or above. */
export function createTarget(): Target {
  let asked = 0
  let open: Promise<Api> | undefined
  return {
    shape: 'json',
    samples: SAMPLES.map((request) => Buffer.from(JSON.stringify(request))),
    words: [...CALL_WORDS, ...WORDS],
    async take(input) {
      if (asked++ % INPUTS_AN_API === 0) open = openApi()
      const api = await open
      if (api === undefined) return
      const response: Promise<Answer> = api.app.inject(requestIn(input.toString()))
      const { statusCode, body } = await response
      if (statusCode >= 500) throw api.error() ?? new Error(`The answer is ${statusCode}: ${body}`)
    },
  }
}

type Answer = Readonly<{ statusCode: number; body: string }>

type Api = Readonly<{ app: TestApi['app']; error(): Error | undefined }>

async function openApi(): Promise<Api> {
  const { app, rows } = await testApi()
  let last: Error | undefined
  app.addHook('onError', async (_, __, error) => {
    last = error.cause instanceof Error ? error.cause : error
  })
  rows.set('M1', silentMember('M1'))
  return { app, error: () => last }
}

/** A text that is no request is sent as a body. */
function requestIn(text: string) {
  const { method, url, type, body } = asked(text) ?? { body: text }
  return {
    method: METHODS.find((one) => one === method) ?? 'POST',
    url: typeof url === 'string' && url.startsWith('/') ? encodeURI(url.toWellFormed()) : '/v1/batch',
    ...(body !== undefined && {
      headers: { 'content-type': typeof type === 'string' && /^[\x20-\x7e]+$/.test(type) ? type : 'application/json' },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  }
}

function asked(text: string): Asked | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? json : undefined
  } catch {
    return undefined
  }
}

const METHODS = ['GET', 'POST', 'HEAD', 'DELETE', 'PUT'] as const

const SAMPLES: readonly Asked[] = [
  ...CALLS.map((body) => ({ method: 'POST', url: `/v1/${body.type}`, body })),
  {
    method: 'POST',
    url: '/v1/batch',
    body: { batch: CALLS, sentAt: '2026-11-23T11:59:30Z', context: { ip: '1.2.3.4' } },
  },
  { method: 'GET', url: '/members?band=high&limit=20&cursor=MjA' },
  { method: 'GET', url: '/members/M1' },
  { method: 'GET', url: '/members/M1/decisions?limit=5' },
  { method: 'GET', url: '/alerts?owner=membership-ops&state=open&limit=10' },
  { method: 'POST', url: '/alerts/a1/acknowledge', body: { by: 'Ada' } },
  { method: 'POST', url: '/alerts/a1/snooze', body: { by: 'Ada', until: '2026-12-01T00:00:00Z' } },
  { method: 'POST', url: '/alerts/a1/outcome', body: { by: 'Ada', outcome: 'spoke', note: 'x' } },
  { method: 'GET', url: '/plays' },
  { method: 'GET', url: '/goals' },
  {
    method: 'POST',
    url: '/v1/erasures',
    body: { memberId: 'M1', emails: ['a@guild.example'], externalIds: [{ system: 'shop', id: '7' }] },
  },
  { method: 'GET', url: '/v1/erasures/keyed-hash' },
  { method: 'GET', url: '/u/abc.def' },
  { method: 'POST', url: '/u/abc.def', type: 'application/x-www-form-urlencoded', body: 'List-Unsubscribe=One-Click' },
  { method: 'GET', url: '/openapi.json' },
  { method: 'GET', url: '/readyz' },
]

const WORDS = [
  '/members/',
  '/alerts/',
  '/v1/batch',
  '?limit=1e9',
  '%00',
  '%ff',
  'text/plain',
  'application/json; charset=x',
]
