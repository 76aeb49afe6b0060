import { checkBlocks, checkRows } from '../rig/check.ts'
import { untilIngested, untilRebuilt, untilScored, type Waiting } from '../rig/positions.ts'
import { redisBytes } from '../rig/redis-memory.ts'
import type { Rig } from '../rig/rig.ts'
import type { ServiceProcess } from '../rig/service-process.ts'
import { openStand, type Stand } from '../rig/stand.ts'
import { type RunFigures, timeRun } from '../rig/stopwatch.ts'
import type { Filled } from './filled.ts'

/** A run may be this slow, in facts per second, and is given up after that. */
const SLOWEST = 10_000
const LEAST_MS = 60_000

export type Throughput = RunFigures & Readonly<{ factsPerSecond: number }>

/** Each hop by itself: ingest from the full source topics, then scoring from what ingest has written. */
export async function hops(rig: Rig, filled: Filled): Promise<Readonly<{ ingest: Throughput; scoring: Throughput }>> {
  const stand = await openStand(rig, filled.broker)
  try {
    const ingest = await timeRun(stand, ['ingest'], (services) => untilIngested(waiting(stand, services, filled)))
    await checkBlocks(stand.platform, filled.expected, filled.facts)
    const scoring = await timeRun(stand, ['scoring'], (services) => untilScored(waiting(stand, services, filled)))
    await checkRows(stand.platform, filled.expected)
    return { ingest: withRate(ingest, filled), scoring: withRate(scoring, filled) }
  } finally {
    await stand.close()
  }
}

export type WholePath = Readonly<{
  path: Throughput
  rebuild: Throughput
  /** `member-risk` records. */
  outputs: number
  redisBytesPerMember: number
}>

/** Both running, from the full source topics to rows and `member-risk`; then all of it again from the log alone. */
export async function wholePath(rig: Rig, filled: Filled): Promise<WholePath> {
  const stand = await openStand(rig, filled.broker)
  try {
    const path = await timeRun(stand, ['ingest', 'scoring'], async (services) => {
      await untilIngested(waiting(stand, services, filled))
      await untilScored(waiting(stand, services, filled))
    })
    await checkRows(stand.platform, filled.expected)
    const outputs = await countRisks(stand)
    const redisBytesPerMember = Math.round((await redisBytes(stand.platform)) / filled.members)
    const rebuild = await rebuilt(stand, filled)
    return { path: withRate(path, filled), rebuild, outputs, redisBytesPerMember }
  } finally {
    await stand.close()
  }
}

/** Scoring with a Redis that has lost everything, over a log that was scored before: outreach stays off. */
async function rebuilt(stand: Stand, filled: Filled): Promise<Throughput> {
  await stand.loseRedis()
  const redis = stand.platform.redis('command')
  const figures = await timeRun(stand, ['scoring'], (services) => untilRebuilt(waiting(stand, services, filled), redis))
  await checkRows(stand.platform, filled.expected)
  return withRate(figures, filled)
}

async function countRisks({ platform }: Stand): Promise<number> {
  return (await platform.log.endOffsets('member-risk.v1')).reduce((sum, end) => sum + end, 0)
}

function waiting({ platform }: Stand, services: readonly ServiceProcess[], { records }: Filled): Waiting {
  return { platform, services, deadlineMs: Math.max(LEAST_MS, (records / SLOWEST) * 1_000) }
}

function withRate(figures: RunFigures, { records }: Filled): Throughput {
  return { ...figures, factsPerSecond: Math.round(records / figures.seconds) }
}
