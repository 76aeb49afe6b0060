import { setTimeout as sleep } from 'node:timers/promises'
import { watchCores } from './cores.ts'
import type { ServiceName, ServiceProcess } from './service-process.ts'
import type { ServerName, Stand } from './stand.ts'

const LOOK_EVERY_MS = 10
const PATIENCE_MS = 60_000

export type ProcessFigures = Readonly<{
  name: ServiceName | ServerName
  /** During the run: without the start of the process, with the compilation of its hot code. */
  cpuSeconds: number
  peakRssMb: number
}>

/** What one run took. */
export type RunFigures = Readonly<{ seconds: number; processes: readonly ProcessFigures[]; foreignCores: number }>

/**
 * Starts the services side by side and measures from their first assignment of a partition, which is when they begin
 * to poll, until `done`. Then stops them.
 */
export async function timeRun(
  stand: Stand,
  names: readonly ServiceName[],
  done: (services: readonly ServiceProcess[]) => Promise<void>,
): Promise<RunFigures> {
  const services = await Promise.all(names.map((name) => stand.start(name)))
  await Promise.any(services.map(firstAssignment))
  const cores = watchCores(stand, services)
  const started = performance.now()
  await done(services)
  const seconds = (performance.now() - started) / 1_000
  const used = cores()
  const usages = [
    ...services.map(({ name, usage }) => ({ name, usage: usage() })),
    ...(['kafka', 'redis'] as const).map((name) => ({ name, usage: stand.usage(name) })),
  ]
  await stand.stopServices()
  return {
    seconds,
    processes: usages.map(({ name, usage }) => ({
      name,
      cpuSeconds: (used[name] ?? 0) * seconds,
      peakRssMb: usage.peakRssMb,
    })),
    foreignCores: used['foreign'] ?? 0,
  }
}

async function firstAssignment(service: ServiceProcess): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const metrics = await service.metrics()
    if ((metrics?.sum('perennial_log_assignments_total', 'change="assigned"') ?? 0) > 0) return
    service.check()
    if (performance.now() > deadline) throw new Error(`${service.name} got no partition in ${PATIENCE_MS / 1000} s.`)
    await sleep(LOOK_EVERY_MS)
  }
}
