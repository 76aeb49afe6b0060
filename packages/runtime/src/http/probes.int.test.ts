import { afterEach, expect, test } from 'vitest'
import { isFault } from '../fault.ts'
import { counter, createMetrics } from '../metrics.ts'
import { type Probes, startProbes } from './probes.ts'

let probes: Probes | undefined
afterEach(() => probes?.close())

test('tells health, readiness with its reason, and metrics', async () => {
  const metrics = createMetrics()
  counter(metrics, { name: 'perennial_test_total', help: 'x', labels: ['reason'] }).inc({ reason: 'y' }, 3)
  let reason: string | undefined = 'starting'
  const status = () => ({ partitions: 4 })
  probes = await startProbes({ host: '127.0.0.1', port: 0, metrics, notReady: () => reason, status })
  const get = (path: string) => fetch(`http://127.0.0.1:${probes?.port}${path}`)

  expect((await get('/healthz')).status).toBe(200)
  const starting = await get('/readyz')
  expect([starting.status, await starting.json()]).toEqual([503, { status: 'not ready', reason, partitions: 4 }])
  reason = undefined
  const ready = await get('/readyz')
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', partitions: 4 }])
  const scraped = await get('/metrics')
  expect(scraped.headers.get('content-type')).toContain('text/plain')
  const text = await scraped.text()
  expect(text).toContain('perennial_test_total{reason="y"} 3')
  expect(text).toContain('process_cpu_seconds_total')
})

test('an address that is taken is named', async () => {
  const options = { host: '127.0.0.1', metrics: createMetrics(), notReady: () => undefined }
  probes = await startProbes({ ...options, port: 0 })
  await expect(startProbes({ ...options, port: probes.port })).rejects.toSatisfy(
    (error) => isFault(error, 'probes/listen') && error.message.includes(`127.0.0.1:${probes?.port}`),
  )
})
