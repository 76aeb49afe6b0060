import type { Vocabulary } from '@perennial/member'
import type { Clock, SourceWriter } from '@perennial/runtime'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../problem.ts'
import type { Telemetry } from '../telemetry.ts'
import { CALL_TYPES, type CallType } from './calls.ts'
import { collect, type Collected } from './collect.ts'
import { isObject } from './read.ts'

export const MOST_CALLS = 1_000

export type CollectorDeps = Readonly<{
  writer: SourceWriter
  clock: Clock
  newId: () => string
  /** The signals of the deployment. */
  vocabulary: Vocabulary
  telemetry: Telemetry
}>

/** `/v1/track`, `/v1/identify`, `/v1/page` take one call; `/v1/batch` takes many and answers for each. */
export function addCollector(app: FastifyInstance, deps: CollectorDeps): void {
  for (const type of CALL_TYPES) app.post(`/v1/${type}`, (request) => takeOne(deps, type, request.body))
  app.post('/v1/batch', (request) => takeBatch(deps, request.body))
}

async function takeOne(deps: CollectorDeps, type: CallType, body: unknown): Promise<Collected> {
  const { writer, clock, newId, vocabulary, telemetry } = deps
  const result = await collect(writer, [body], { type, receivedAt: clock.now(), newId, vocabulary })
  telemetry.collected(result)
  const [item] = result.items
  if (item?.status !== 'rejected') return result
  const [first] = item.violations
  const detail = `${first?.field === '' ? 'The call' : (first?.field ?? '')}: ${first?.description ?? ''}`
  throw new Problem('rejected', detail, { violations: item.violations })
}

async function takeBatch(deps: CollectorDeps, body: unknown): Promise<Collected> {
  const { writer, clock, newId, vocabulary, telemetry } = deps
  const result = await collect(writer, callsOf(body), { receivedAt: clock.now(), newId, vocabulary })
  telemetry.collected(result)
  return result
}

/** What the batch says for all of its calls holds for each that does not say otherwise. */
function callsOf(body: unknown): readonly unknown[] {
  const batch = isObject(body) ? body.batch : undefined
  if (!isObject(body) || !Array.isArray(batch)) {
    throw new Problem('bad-request', 'The body must be an object with a list of calls: { "batch": [ … ] }.')
  }
  if (batch.length > MOST_CALLS) {
    throw new Problem('too-large', `At most ${MOST_CALLS} calls in one batch, this one has ${batch.length}.`)
  }
  const { sentAt, context } = body
  return batch.map((call: unknown) =>
    isObject(call)
      ? { ...(sentAt !== undefined && { sentAt }), ...(context !== undefined && { context }), ...call }
      : call,
  )
}
