import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'
import { UNSUBSCRIBE_ROUTE } from './unsubscribe/routes.ts'

/** Open to everybody who can reach the port: health says nothing about anybody, and links to unsubscribe are signed. */
const OPEN_ROUTES = new Set(['/healthz', '/readyz', UNSUBSCRIBE_ROUTE])
const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/**
 * With a token: every route but those wants it, as `Authorization: Bearer TOKEN` or, as Segment's libraries send
 * their write key, as the user name of basic authentication. Without one the API listens on this machine only,
 * and answers only under this machine's names: a page of another site, opened in a browser here, could otherwise
 * reach it under a name of its own (DNS rebinding).
 */
export function guard(app: FastifyInstance, token: string | undefined): void {
  app.addHook('onRequest', async (request) => {
    if (OPEN_ROUTES.has(request.routeOptions.url ?? '')) return
    if (token === undefined) checkHost(request)
    else checkToken(request, token)
  })
}

function checkHost(request: FastifyRequest): void {
  const name = request.host.replace(/:\d+$/, '')
  if (LOOPBACK_NAMES.has(name)) return
  throw new Problem('wrong-host', 'Without PERENNIAL_API_TOKEN this answers under localhost only.')
}

function checkToken(request: FastifyRequest, token: string): void {
  const given = givenToken(request.headers.authorization)
  if (given === undefined) {
    throw new Problem(
      'unauthorized',
      'Send Authorization: Bearer TOKEN, or the token as user name of basic authentication.',
    )
  }
  if (!equal(given, token)) throw new Problem('unauthorized', 'This token is not the one in PERENNIAL_API_TOKEN.')
}

function givenToken(header: string | undefined): string | undefined {
  const [scheme = '', value = ''] = header?.split(' ', 2) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  const [user = ''] = Buffer.from(value, 'base64').toString('utf8').split(':', 1)
  return user
}

/** Takes the same time wherever the first difference is, and whatever the lengths are. */
function equal(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return one !== undefined && other !== undefined && timingSafeEqual(one, other)
}
