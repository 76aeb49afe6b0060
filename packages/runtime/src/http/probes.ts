import Fastify from 'fastify'
import type { Registry } from 'prom-client'
import { Fault, messageOf } from '../fault.ts'

export type ProbeOptions = Readonly<{
  host: string
  /** 0 picks a free one. */
  port: number
  metrics: Registry
  /** Undefined when ready; else why not, as a short sentence. */
  notReady: () => string | undefined
  /** Shown by /readyz. No personal data, no secrets. */
  status?: () => Record<string, unknown>
}>

export type Probes = Readonly<{ port: number; close(): Promise<void> }>

/** /healthz (the process turns), /readyz (it does its work) and /metrics (Prometheus) on an address of their own. */
export async function startProbes(options: ProbeOptions): Promise<Probes> {
  const app = Fastify({ logger: false, forceCloseConnections: true })

  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', (_, reply) => {
    const reason = options.notReady()
    reply.code(reason === undefined ? 200 : 503)
    return { status: reason === undefined ? 'ready' : 'not ready', ...(reason && { reason }), ...options.status?.() }
  })
  app.get('/metrics', async (_, reply) => {
    reply.header('content-type', options.metrics.contentType)
    return options.metrics.metrics()
  })

  try {
    await app.listen({ host: options.host, port: options.port })
  } catch (error) {
    const where = `${options.host}:${options.port}`
    throw new Fault('probes/listen', `Cannot listen on ${where} (METRICS_PORT): ${messageOf(error)}`, { cause: error })
  }
  const address = app.server.address()
  const port = address === null || typeof address === 'string' ? options.port : address.port
  return { port, close: () => app.close() }
}
