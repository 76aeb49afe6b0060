import { setTimeout as sleep } from 'node:timers/promises'
import { partitionKeys, type Platform, type Redis } from '@perennial/runtime'
import { SOURCE_NAMES, topicOf } from '@perennial/streams'
import type { ServiceProcess } from './service-process.ts'

const LOOK_EVERY_MS = 50

export const ACTIVITY_TOPIC = topicOf('member-activity')

export type Waiting = Readonly<{
  platform: Platform
  /** Looked after while waiting: one that ends by itself ends the wait. */
  services: readonly ServiceProcess[]
  deadlineMs: number
}>

/** Looks again and again until `isDone`. Throws when a service ends, or when it takes too long. */
export async function until(what: string, waiting: Waiting, isDone: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + waiting.deadlineMs
  while (!(await isDone())) {
    for (const service of waiting.services) service.check()
    if (performance.now() > deadline) throw new Error(`Not done after ${waiting.deadlineMs / 1000} s: ${what}`)
    await sleep(LOOK_EVERY_MS)
  }
}

/** Waits until ingest has committed the end of every source topic. Nothing may be appended meanwhile. */
export async function untilIngested(waiting: Waiting): Promise<void> {
  const { log, namespace } = waiting.platform
  for (const topic of SOURCE_NAMES.map(topicOf)) {
    const ends = await log.endOffsets(topic)
    if (ends.every((end) => end === 0)) continue
    await until(`ingest of ${topic}`, waiting, async () =>
      reached(await log.committed(`${namespace}-ingest`, topic), ends),
    )
  }
}

/** Waits until scoring has committed the end of `member-activity`; ingest must be done. */
export async function untilScored(waiting: Waiting): Promise<void> {
  const { log, namespace } = waiting.platform
  await until('scoring', waiting, async () =>
    reached(await log.committed(`${namespace}-scoring`, ACTIVITY_TOPIC), await log.endOffsets(ACTIVITY_TOPIC)),
  )
}

/** As `untilScored`, by the state in Redis: in a rebuild the committed position of the group says nothing. */
export async function untilRebuilt(waiting: Waiting, redis: Redis): Promise<void> {
  const { log, namespace } = waiting.platform
  const ends = await log.endOffsets(ACTIVITY_TOPIC)
  await until('the rebuild', waiting, async () => {
    const stored = ends.map((_, partition) => redis.hget(partitionKeys(namespace, partition).fence, 'o'))
    return reached((await Promise.all(stored)).map(Number), ends)
  })
}

function reached(positions: readonly (number | undefined)[], ends: readonly number[]): boolean {
  return ends.every((end, partition) => (positions[partition] ?? 0) >= end)
}
