import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, spawnTied } from '@perennial/runtime'
import { imageNodeArgs } from './image.ts'
import { type Metrics, readMetrics } from './metrics.ts'
import { type Usage, usageOf } from './usage.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const PATIENCE_MS = 60_000

export const SERVICES = ['ingest', 'scoring', 'dispatcher', 'outreach'] as const
export type ServiceName = (typeof SERVICES)[number]

export type ServiceProcess = Readonly<{
  name: ServiceName
  pid: number
  usage(): Usage
  metrics(): Promise<Metrics | undefined>
  /** Resolves when the service is ready. */
  ready(): Promise<void>
  /** Throws, with the end of its log, when the service has ended by itself. */
  check(): void
  /** In order, as an orchestrator would. */
  stop(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
}>

export type ServiceOptions = Readonly<{
  env: NodeJS.ProcessEnv
  /** Receives what the service prints. */
  folder: string
  /** For `node`, before the program. */
  nodeArgs: readonly string[]
}>

/** Starts a service in a process of its own, as it runs in production. It ends with this process. */
export async function startService(name: ServiceName, options: ServiceOptions): Promise<ServiceProcess> {
  const port = await freePort()
  const log = join(options.folder, `${name}.log`)
  const program = join('services', name, 'src', 'main.ts')
  const child = await spawnTied(process.execPath, [...imageNodeArgs(), ...options.nodeArgs, program], {
    cwd: ROOT,
    env: { ...options.env, METRICS_PORT: String(port) },
    log,
  })
  let ended: string | undefined
  let killed = false
  void child.ended.then(({ code, signal }) => (ended = String(code ?? signal)))

  function check(): void {
    if (ended === undefined || killed) return
    const tail = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-8).join('\n')
    throw new Error(`${name} ended by itself (${ended}). The end of its log:\n${tail}`)
  }

  async function ready(): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    while (!(await isReady(port))) {
      check()
      if (Date.now() > deadline) throw new Error(`${name} is not ready after ${PATIENCE_MS / 1000} s; see ${log}`)
      await sleep(50)
    }
  }

  return {
    name,
    pid: child.pid,
    usage: () => usageOf(child.pid),
    metrics: () => readMetrics(port),
    ready,
    check,
    stop: () => child.stop(30_000),
    async kill() {
      killed = true
      process.kill(child.pid, 'SIGKILL')
      await child.ended
    },
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}
