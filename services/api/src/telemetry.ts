import { BUCKETS, counter, histogram, type Registry } from '@perennial/runtime'
import type { FastifyInstance } from 'fastify'
import type { Collected } from './collector/collect.ts'

export type Telemetry = Readonly<{ collected(result: Collected): void }>

/** Requests by route (the pattern, never the address) and status; facts taken and refused. */
export function measure(app: FastifyInstance, registry: Registry): Telemetry {
  const seconds = histogram(registry, {
    name: 'perennial_api_request_duration_seconds',
    help: 'Time to answer a request.',
    labels: ['route', 'status'],
    buckets: BUCKETS.work,
  })
  const facts = counter(registry, {
    name: 'perennial_api_calls_total',
    help: 'Collector calls, by what became of them: accepted and rejected add up to what was sent.',
    labels: ['outcome'],
  })
  const violations = counter(registry, {
    name: 'perennial_api_violations_total',
    help: 'What was wrong with rejected calls.',
    labels: ['violation'],
  })

  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    seconds.observe({ route, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
  })

  return {
    collected({ accepted, rejected, items }) {
      facts.inc({ outcome: 'accepted' }, accepted)
      facts.inc({ outcome: 'rejected' }, rejected)
      for (const item of items) {
        if (item.status === 'rejected') for (const { type } of item.violations) violations.inc({ violation: type })
      }
    },
  }
}
