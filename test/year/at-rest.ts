import { createAgenda, createJobQueue, createPartitionStore, pause, queuePrefix } from '@perennial/runtime'
import { SOURCE_NAMES, topicOf } from '@perennial/streams'
import { quietLogger } from '@perennial/testkit'
import type { Deployment } from '../e2e/harness/deployment.ts'

const LOOK_EVERY_MS = 60
/** At rest this often in a row: what one service does may come back to another. */
const LOOKS = 3
const DEADLINE_MS = 120_000

export type Rest = Readonly<{
  /** Every fact that was told is folded, and nobody is due for another score. */
  folded(): Promise<void>
  /** … and every decision is taken, and every job that is due is done. */
  all(): Promise<void>
  close(): Promise<void>
}>

/**
 * Tells when there is nothing left to do at this instant. Nothing waits for a time that is sure to be long enough: what is
 * stored is looked at.
 */
export async function watchRest(deployment: Deployment): Promise<Rest> {
  const { platform, namespace, redis } = deployment
  const { log, clock, partitions } = platform
  const own = Array.from({ length: partitions.activity }, (_, partition) => partition)
  const store = createPartitionStore(redis, namespace)
  const agenda = createAgenda(redis, namespace, partitions.activity)
  const queue = await createJobQueue(
    { ...platform, redis, blocking: () => redis, logger: quietLogger() },
    { keepMs: 1 },
  )
  const delayed = `${queuePrefix(namespace)}:outreach:delayed`
  let last = ''

  async function isRead(group: string, topics: readonly string[]): Promise<boolean> {
    const read = await Promise.all(
      topics.map(async (topic) => {
        const [ends, done] = await Promise.all([log.endOffsets(topic), log.committed(`${namespace}-${group}`, topic)])
        return ends.every((end, partition) => (done[partition] ?? 0) >= end)
      }),
    )
    return !read.includes(false)
  }

  async function isFolded(): Promise<boolean> {
    if (!(await isRead('ingest', SOURCE_NAMES.map(topicOf)))) return false
    const ends = await log.endOffsets(topicOf('member-activity'))
    const folded = await Promise.all(
      own.map(async (partition) => {
        const [standing, due] = await Promise.all([store.standing(partition), store.due(partition, clock.now(), 1)])
        return (standing?.nextOffset ?? 0) >= (ends[partition] ?? 0) && due.members.length === 0
      }),
    )
    return !folded.includes(false)
  }

  async function isDecided(): Promise<boolean> {
    if (!(await isRead('dispatcher', [topicOf('member-risk')]))) return false
    const due = await Promise.all(own.map((partition) => agenda.due(partition, clock.now(), 1)))
    return due.every((list) => list.length === 0)
  }

  async function isSent(): Promise<boolean> {
    const { waiting, active } = await queue.counts()
    // A job's place is its time times 4,096.
    const due = await redis.zcount(delayed, '-inf', clock.now() * 0x1000)
    // The worker sleeps until the job was due by the clock it had: it is woken as by a new job.
    if (due > 0) await redis.zadd(`${queuePrefix(namespace)}:outreach:marker`, 0, '0')
    return waiting + active + due === 0
  }

  async function until(...conditions: readonly (() => Promise<boolean>)[]): Promise<void> {
    const began = performance.now()
    for (let looks = 0; looks < LOOKS;) {
      let met = true
      for (const condition of conditions) {
        met = await condition()
        last = condition.name
        if (!met) break
      }
      looks = met ? looks + 1 : 0
      if (performance.now() - began > DEADLINE_MS)
        throw new Error(`Never at rest, for want of ${last}.\n${deployment.tails()}`)
      await pause(LOOK_EVERY_MS)
    }
  }

  return {
    folded: () => until(isFolded),
    all: () => until(isFolded, isDecided, isSent),
    close: () => queue.close(),
  }
}
