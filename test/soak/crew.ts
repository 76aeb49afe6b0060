import { SERVICES, type ServiceName, type ServiceProcess } from '../bench/rig/service-process.ts'
import type { Stand } from '../bench/rig/stand.ts'
import { residentMb, type Sample } from './memory.ts'

/** Until a new process has compiled what it needs, its memory says nothing of what it will hold. */
const SETTLED_MS = 15_000

export type Crew = Readonly<{
  /** How often each was killed. */
  kills: Readonly<Record<ServiceName, number>>
  /** Resident memory of those that have run for a while, by name. */
  samples: Readonly<Record<ServiceName, Sample[]>>
  /** Kills the next in turn, and starts it again. */
  killNext(): Promise<ServiceName>
  /** Notes what each holds now. */
  sample(): void
  /** Throws when one has ended by itself. */
  check(): void
}>

type Member = { service: ServiceProcess; since: number }

/** All services, each a process of its own, restarted whenever it is killed. */
export async function startCrew(stand: Stand): Promise<Crew> {
  const started = await Promise.all(SERVICES.map(async (name) => [name, await begin(stand, name)] as const))
  const crew = new Map<ServiceName, Member>(started)
  const kills = { ingest: 0, scoring: 0, dispatcher: 0, outreach: 0 }
  const samples: Record<ServiceName, Sample[]> = { ingest: [], scoring: [], dispatcher: [], outreach: [] }
  let turn = 0

  return {
    kills,
    samples,
    async killNext() {
      const name = SERVICES[turn++ % SERVICES.length] ?? 'ingest'
      await crew.get(name)?.service.kill()
      kills[name]++
      crew.set(name, await begin(stand, name))
      return name
    },
    sample() {
      const seconds = performance.now() / 1_000
      for (const [name, { service, since }] of crew) {
        const mb = performance.now() - since < SETTLED_MS ? undefined : residentMb(service.pid)
        if (mb !== undefined) samples[name].push({ seconds, mb })
      }
    },
    check() {
      for (const { service } of crew.values()) service.check()
    },
  }
}

async function begin(stand: Stand, name: ServiceName): Promise<Member> {
  const service = await stand.start(name)
  await service.ready()
  return { service, since: performance.now() }
}
