import type { FastifyInstance } from 'fastify'
import { Problem } from './problem.ts'

/** Bounds how often something may happen, by whoever does it. */
export type RateLimit = Readonly<{
  /** Counts one; throws a 429 with when to try again where there was one too many. */
  take(who: string): void
}>

/** So many are remembered at a time; beyond, those that are full again are forgotten first. */
const MOST_BUCKETS = 10_000

/** A bucket of `2 × perSecond` for each, filled at `perSecond`; 0 = no bound. By itself it holds for this process alone. */
export function createRateLimit(perSecond: number, now: () => number): RateLimit {
  const size = 2 * perSecond
  const buckets = new Map<string, Readonly<{ left: number; at: number }>>()
  const leftOf = (who: string, at: number) => {
    const known = buckets.get(who)
    return known === undefined ? size : Math.min(size, known.left + ((at - known.at) / 1_000) * perSecond)
  }

  function room(who: string): number {
    const left = leftOf(who, now())
    if (left >= 1) return left
    throw new Problem('too-many', `At most ${perSecond} a second: try again later.`, {
      retryAfterS: Math.ceil((1 - left) / perSecond),
    })
  }

  function makeRoom(at: number): void {
    if (buckets.size < MOST_BUCKETS) return
    for (const who of buckets.keys()) if (leftOf(who, at) >= size) buckets.delete(who)
    if (buckets.size >= MOST_BUCKETS) buckets.clear()
  }

  if (perSecond === 0) return { take: () => undefined }
  return {
    take(who) {
      const left = room(who) - 1
      makeRoom(now())
      buckets.set(who, { left, at: now() })
    },
  }
}

/** Deeper than any call is: what is read of one lies three levels down. */
export const DEEPEST = 32
/** Requests that write to the log at a time; more would only wait behind one another, and take memory. */
const MOST_WRITING = 200

/** Refuses bodies that are nested too deeply, before anything walks through them. */
export function limitDepth(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ body }) => {
    if (isDeeper(body, DEEPEST)) throw new Problem('bad-request', `The body is nested deeper than ${DEEPEST} levels.`)
  })
}

/** Answers 429 instead of taking in more than can be written. `prefix`: of the routes that write. */
export function limitWriting(app: FastifyInstance, prefix: string, most = MOST_WRITING): void {
  let writing = 0
  const counted = new WeakSet<object>()
  app.addHook('onRequest', async (request) => {
    if (request.method !== 'POST' || request.routeOptions.url?.startsWith(prefix) !== true) return
    if (writing >= most) throw new Problem('too-many', 'Too much is being written: try again.', { retryAfterS: 1 })
    writing++
    counted.add(request)
  })
  const done = (request: object) => {
    if (counted.delete(request)) writing--
  }
  app.addHook('onResponse', async (request) => done(request))
  app.addHook('onRequestAbort', async (request) => done(request))
}

function isDeeper(value: unknown, most: number): boolean {
  let level = [value].filter(isNested)
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > most) return true
    level = level.flatMap((one) => Object.values(one)).filter(isNested)
  }
  return false
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
