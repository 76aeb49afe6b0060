import type { Logger, Registry } from '@perennial/runtime'
import Fastify, { type FastifyInstance } from 'fastify'
import { type Access, guard } from './access.ts'
import { addAlerts, type AlertsDeps } from './alerts.ts'
import { addCollector, type CollectorDeps } from './collector/routes.ts'
import { answerWithProblems } from './errors.ts'
import { addErasures, type ErasuresDeps } from './erasures.ts'
import { limitDepth, limitWriting } from './limits.ts'
import { addMembers, LONGEST_MEMBER_ID, type MembersDeps } from './members.ts'
import { openApi } from './openapi/document.ts'
import { addGoals, type GoalsDeps } from './goals.ts'
import { addPlays, type PlaysDeps } from './plays.ts'
import { measure } from './telemetry.ts'
import { addUnsubscribe, type UnsubscribeDeps } from './unsubscribe/routes.ts'

export type ServerDeps = MembersDeps &
  AlertsDeps &
  PlaysDeps &
  GoalsDeps &
  Omit<CollectorDeps, 'telemetry'> &
  UnsubscribeDeps &
  ErasuresDeps &
  Readonly<{
    access: Access
    logger: Logger
    metrics: Registry
    /** Undefined when ready; else why not, as a short sentence. */
    notReady: () => string | undefined
    /** Shown by /readyz. */
    status: () => Record<string, unknown>
  }>

/** Segment's own limit for a request. */
export const BODY_LIMIT = 500 * 1024

/** Of a part of an address: the longest member id with every byte escaped. */
const LONGEST_PARAMETER = 3 * LONGEST_MEMBER_ID

/** The whole HTTP surface, not listening yet. */
export function createServer(deps: ServerDeps): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    // A body that tries to reach a prototype is refused, not cleaned.
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    // A slow sender must not hold a connection for ever.
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: false } },
  })
  // Only JSON: a page of another site may send plain text anywhere without being asked, JSON it may not.
  app.removeContentTypeParser('text/plain')
  answerWithProblems(app, deps.logger)
  guard(app, deps.access)
  limitWriting(app, '/v1/')
  limitDepth(app)
  const telemetry = measure(app, deps.metrics)
  addHealth(app, deps)
  addMembers(app, deps)
  addAlerts(app, deps)
  addPlays(app, deps)
  addGoals(app, deps)
  addCollector(app, { ...deps, telemetry })
  addErasures(app, deps)
  addUnsubscribe(app, deps)
  app.get('/openapi.json', () => openApi)
  return app
}

function addHealth(app: FastifyInstance, { notReady, status, metrics }: ServerDeps): void {
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', (_, reply) => {
    const reason = notReady()
    reply.code(reason === undefined ? 200 : 503)
    return {
      status: reason === undefined ? 'ready' : 'not ready',
      ...(reason !== undefined && { reason }),
      ...status(),
    }
  })
  app.get('/metrics', async (_, reply) => {
    reply.header('content-type', metrics.contentType)
    return metrics.metrics()
  })
}
