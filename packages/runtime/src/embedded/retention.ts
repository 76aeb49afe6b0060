import type { Redis } from 'ioredis'
import type { EpochMs } from '@perennial/member'
import { tpKey } from '../log/topic-partition.ts'
import type { TopicPartition, TopicSpec } from '../ports.ts'
import { logIndexKeys, logKeys } from '../redis/keys.ts'
import type { EmbeddedReader } from './reader.ts'

type Deps = Readonly<{ redis: Redis; namespace: string; reader: EmbeddedReader; groups: readonly string[] }>

/**
 * Removes what a topic no longer has to keep: records beyond its age or its number. What a group of this
 * deployment has yet to read stays, whatever the numbers say. Compaction is not done here: the number bounds it.
 * Safe to run from several processes at once.
 */
export async function trimTopic(deps: Deps, spec: TopicSpec, now: EpochMs): Promise<number> {
  let removed = 0
  const edges = await deps.reader.edges(spec.name, spec.partitions)
  for (const [partition, { start, next }] of edges.entries()) {
    const tp = { topic: spec.name, partition }
    const byNumber = spec.maxRecords === undefined ? start : next - spec.maxRecords
    const byAge =
      spec.retentionMs < 0 ? start : await firstSince(deps.reader, tp, { start, next }, now - spec.retentionMs)
    const keepFrom = Math.min(Math.max(start, byNumber, byAge), await firstUnread(deps, tp, next))
    if (keepFrom <= start) continue
    const { stream } = logKeys(deps.namespace, tp.topic, tp.partition)
    removed += await deps.redis.xtrim(stream, 'MINID', `${keepFrom}-1`)
  }
  return removed
}

/** The oldest record that is not older than `since`, by halving: appends are in order of their time. */
async function firstSince(
  reader: EmbeddedReader,
  tp: TopicPartition,
  { start, next }: Readonly<{ start: number; next: number }>,
  since: EpochMs,
): Promise<number> {
  let low = start
  let high = next
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [record] = await reader.read(tp, middle, 1)
    if (record === undefined || record.timestamp >= since) high = middle
    else low = middle + 1
  }
  return low
}

/** The lowest position of those groups that have one in this partition. */
async function firstUnread({ redis, namespace, groups }: Deps, tp: TopicPartition, next: number): Promise<number> {
  let lowest = next
  for (const group of groups) {
    const position = await redis.hget(logIndexKeys(namespace).group(group).positions, tpKey(tp))
    if (position !== null) lowest = Math.min(lowest, Number(position))
  }
  return lowest
}
