import { createPartitionStore, type Log, type Platform } from '@perennial/runtime'
import { SOURCE_NAMES, topicOf } from '@perennial/streams'

/** What is still on its way through the pipeline. All zero: everything that came in has been acted on. */
export type Backlog = Readonly<{
  /** Records that ingest has not taken yet. */
  unread: number
  /** Blocks of facts that are not scored yet. */
  unscored: number
  /** Members whose time to be looked at has come. */
  overdue: number
  /** Assessments the dispatcher has not decided on yet. */
  undecided: number
  /** Contacts that are due and not made yet. */
  unsent: number
}>

/** Nobody needs to be exactly on time: a check that is due this very moment is not a backlog. */
const ON_TIME_MS = 1_000

export type JobCounts = () => Promise<Readonly<{ waiting: number; active: number }>>

/** Answers how to look, so that its connection is made once. */
export function backlogOf(platform: Platform, jobs: JobCounts): () => Promise<Backlog> {
  const { log, namespace, partitions, clock } = platform
  const store = createPartitionStore(platform.redis('command'), namespace)
  const activity = Array.from({ length: partitions.activity }, (_, partition) => partition)

  return async () => {
    const [unread, unscored, undecided, due, { waiting, active }] = await Promise.all([
      sumOf(SOURCE_NAMES.map((name) => behind(log, `${namespace}-ingest`, topicOf(name)))),
      behind(log, `${namespace}-scoring`, topicOf('member-activity')),
      behind(log, `${namespace}-dispatcher`, topicOf('member-risk')),
      sumOf(
        activity.map(async (partition) => (await store.due(partition, clock.now() - ON_TIME_MS, 100)).members.length),
      ),
      jobs(),
    ])
    return { unread, unscored, overdue: due, undecided, unsent: waiting + active }
  }
}

export function isSettled(backlog: Backlog): boolean {
  return Object.values(backlog).every((count) => count === 0)
}

/** How many records of the topic the group has not finished. */
export async function behind(log: Log, group: string, topic: string): Promise<number> {
  const [ends, starts, committed] = await Promise.all([
    log.endOffsets(topic),
    log.startOffsets(topic),
    log.committed(group, topic),
  ])
  return ends.reduce((sum, end, p) => sum + Math.max(0, end - Math.max(starts[p] ?? 0, committed[p] ?? 0)), 0)
}

/** True when nothing has ever come in. */
export async function isEmpty(log: Log): Promise<boolean> {
  const ends = await Promise.all(SOURCE_NAMES.map((name) => log.endOffsets(topicOf(name))))
  return ends.flat().every((end) => end === 0)
}

async function sumOf(counts: readonly Promise<number>[]): Promise<number> {
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}
