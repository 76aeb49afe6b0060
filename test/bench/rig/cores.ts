import type { ServiceProcess } from './service-process.ts'
import type { Stand } from './stand.ts'
import { machineCpuSeconds, usageOf } from './usage.ts'

/** Cores kept busy, on average, by name; `foreign` is everything that is not ours: above 0.1 figures are worse than they are. */
export type Cores = Readonly<Record<string, number>>

/** Begins to look; the answer tells what was used since, as cores. */
export function watchCores(stand: Stand, services: readonly ServiceProcess[]): () => Cores {
  const look = (): Record<string, number> => {
    const known: Record<string, number> = {
      ...Object.fromEntries(services.map((service) => [service.name, service.usage().cpuSeconds])),
      kafka: stand.usage('kafka').cpuSeconds,
      redis: stand.usage('redis').cpuSeconds,
      bench: usageOf(process.pid).cpuSeconds,
    }
    const sum = Object.values(known).reduce((total, seconds) => total + seconds, 0)
    return { ...known, foreign: machineCpuSeconds() - sum }
  }
  const before = look()
  const began = performance.now()
  return () => {
    const seconds = (performance.now() - began) / 1_000
    const after = look()
    return Object.fromEntries(
      Object.entries(after).map(([name, used]) => [name, Math.max(0, (used - (before[name] ?? 0)) / seconds)]),
    )
  }
}
