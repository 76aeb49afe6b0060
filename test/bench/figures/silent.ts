import { setTimeout as sleep } from 'node:timers/promises'
import { partitionKeys, type Platform } from '@perennial/runtime'
import { memberships } from '../load/facts.ts'
import { fill } from '../load/fill.ts'
import { type Cores, watchCores } from '../rig/cores.ts'
import { until, untilIngested, untilScored, type Waiting } from '../rig/positions.ts'
import { redisBytes } from '../rig/redis-memory.ts'
import { type Rig, startBroker } from '../rig/rig.ts'
import type { ServiceProcess } from '../rig/service-process.ts'
import { openStand, type Stand } from '../rig/stand.ts'

export type Silent = Readonly<{
  members: number
  /** Bands and risks that changed by silence alone, and what it took to notice them all, in one go. */
  crossings: number
  crossingsPerSecond: number
  /** Members looked at; some have not crossed anything yet. */
  checksPerSecond: number
  /** Cores kept busy with nobody due. */
  atRest: Cores
  /** Members looked at meanwhile: 0, or the rest was none. */
  checksAtRest: number
  redisBytesPerMember: number
}>

const DEADLINE_MS = 600_000
/** Nobody is due for at least this long when the rest is measured. */
const QUIET_MS = 1_000
const SETTLE_MS = 5_000

/**
 * Members of whom nothing is heard but that they joined, months ago. Scoring reads all of it at once, so everything
 * that silence has done since falls due at the same moment; after that there is nothing to do.
 */
export async function silent(rig: Rig, options: Readonly<{ seed: number; members: number; seconds: number }>) {
  const broker = await startBroker(rig)
  const stand = await openStand(rig, broker)
  try {
    await fill(stand.platform, memberships({ seed: options.seed, facts: 0, members: options.members }))
    const services = await Promise.all((['ingest', 'scoring'] as const).map((name) => stand.start(name)))
    const waiting = { platform: stand.platform, services, deadlineMs: DEADLINE_MS }
    await untilIngested(waiting)
    await untilScored(waiting)
    const swept = await sweep(waiting)
    const rest = await atRest(stand, services, options.seconds)
    await stand.stopServices()
    const redisBytesPerMember = (await redisBytes(stand.platform)) / options.members
    return { members: options.members, ...swept, ...rest, redisBytesPerMember } satisfies Silent
  } finally {
    await stand.close()
    await broker.stop()
  }
}

/** Waits until nobody is due any more; the time runs from here, when all facts have been folded. */
async function sweep(waiting: Waiting) {
  const [, scoring] = waiting.services
  const count = async () => {
    const metrics = await scoring?.metrics()
    return {
      crossings: metrics?.sum('perennial_scoring_risks_total', 'cause="silence"') ?? 0,
      checks: metrics?.sum('perennial_scoring_checks_total') ?? 0,
    }
  }
  const before = await count()
  const started = performance.now()
  await until('the sweep', waiting, async () => (await dueBy(waiting.platform, Date.now() + QUIET_MS)) === 0)
  const seconds = (performance.now() - started) / 1_000
  const after = await count()
  const crossings = after.crossings - before.crossings
  return {
    crossings,
    crossingsPerSecond: Math.round(crossings / seconds),
    checksPerSecond: Math.round((after.checks - before.checks) / seconds),
  }
}

async function atRest(stand: Stand, services: readonly ServiceProcess[], seconds: number) {
  await sleep(SETTLE_MS)
  const [, scoring] = services
  const checks = async () => (await scoring?.metrics())?.sum('perennial_scoring_checks_total') ?? 0
  const before = await checks()
  const cores = watchCores(stand, services)
  await sleep(seconds * 1_000)
  const atRest = cores()
  return { atRest, checksAtRest: (await checks()) - before }
}

/** Members in the due-index up to then. */
async function dueBy({ redis, namespace, partitions }: Platform, at: number): Promise<number> {
  const connection = redis('command')
  const counts = Array.from({ length: partitions.activity }, (_, partition) =>
    connection.zcount(partitionKeys(namespace, partition).due, '-inf', at),
  )
  const due = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
  await connection.quit()
  return due
}
