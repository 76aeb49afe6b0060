import { type Bearer, isSameSecret, TOKEN_SCOPES, type Tokens, type TokenScope } from '@perennial/runtime'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RateLimit } from './limits.ts'
import { Problem } from './problem.ts'
import { UNSUBSCRIBE_ROUTE } from './unsubscribe/routes.ts'

/** Open to everybody who can reach the port: health says nothing about anybody, and links to unsubscribe are signed. */
const OPEN_ROUTES = new Set(['/healthz', '/readyz', UNSUBSCRIBE_ROUTE])

/**
 * What a token must be good for, by route: **a new route is one line here**. Where a route is not named, any token will
 * do, which is right for what is not there and for the description of what is; a test names those.
 */
export const ROUTE_SCOPES: Readonly<Record<string, TokenScope>> = {
  'GET /members': 'members:read',
  'GET /members/:memberId': 'members:read',
  'GET /members/:memberId/decisions': 'members:read',
  'GET /alerts': 'alerts:read',
  'POST /alerts/:id/acknowledge': 'alerts:write',
  'POST /alerts/:id/snooze': 'alerts:write',
  'POST /alerts/:id/outcome': 'alerts:write',
  'GET /goals': 'plays:read',
  'GET /plays': 'plays:read',
  'GET /plays/:name/uplift': 'plays:read',
  'POST /v1/track': 'facts:write',
  'POST /v1/identify': 'facts:write',
  'POST /v1/page': 'facts:write',
  'POST /v1/batch': 'facts:write',
  'GET /metrics': 'metrics:read',
  'POST /v1/erasures': 'erasures:write',
  'GET /v1/erasures': 'erasures:write',
  'GET /v1/erasures/:id': 'erasures:write',
}

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

export type Access = Readonly<{
  tokens: Pick<Tokens, 'bearerOf'>
  /** One that is good for everything: of the settings, or of this run on this machine. */
  master: string | undefined
  now: () => number
  /** Of requests, by bearer; and of attempts without a good token, by address. */
  limits: Readonly<{ requests: RateLimit; failures: RateLimit }>
}>

/** Who asked, by request; undefined on open routes. */
const bearers = new WeakMap<FastifyRequest, Bearer>()

export function bearerOf(request: FastifyRequest): Bearer | undefined {
  return bearers.get(request)
}

/**
 * Every route but the open ones wants a token, as `Authorization: Bearer TOKEN` or, as Segment's libraries send their
 * write key, as the user name of basic authentication. That holds on this machine, too: a page of another site that is
 * opened in a browser here can reach the port, and knows no token.
 */
export function guard(app: FastifyInstance, access: Access): void {
  app.addHook('onRequest', async (request) => {
    if (OPEN_ROUTES.has(request.routeOptions.url ?? '')) return
    const given = givenToken(request.headers.authorization)
    const bearer = given === undefined ? undefined : await known(access, given)
    if (bearer === undefined) throw refused(access, request, given)
    access.limits.requests.take(bearer.name)
    const scope = ROUTE_SCOPES[`${methodOf(request)} ${request.routeOptions.url ?? ''}`]
    if (scope !== undefined && !bearer.scopes.includes(scope))
      throw new Problem('forbidden', `This token is not good for this: it would need the scope ${scope}.`)
    bearers.set(request, bearer)
  })
}

/** Fastify answers HEAD wherever it answers GET. */
function methodOf({ method }: FastifyRequest): string {
  return method === 'HEAD' ? 'GET' : method
}

async function known({ tokens, master, now }: Access, given: string): Promise<Bearer | undefined> {
  if (master !== undefined && isSameSecret(given, master)) return { name: 'master', scopes: TOKEN_SCOPES }
  return tokens.bearerOf(given, now())
}

function refused({ limits }: Access, request: FastifyRequest, given: string | undefined): Problem {
  limits.failures.take(request.ip)
  return new Problem(
    'unauthorized',
    given === undefined
      ? 'Send Authorization: Bearer TOKEN, or the token as user name of basic authentication. Make one: perennial token create'
      : 'This token is not known here, or not any more. Those there are: perennial token',
  )
}

function givenToken(header: string | undefined): string | undefined {
  const [scheme = '', value = ''] = header?.split(' ', 2) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  const [user = ''] = Buffer.from(value, 'base64').toString('utf8').split(':', 1)
  return user
}
