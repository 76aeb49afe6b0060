import type { Log } from '../ports.ts'

/** Whether records of a topic wait that a group has not read, by its committed positions. */
export async function hasBacklog(
  log: Pick<Log, 'endOffsets' | 'startOffsets' | 'committed'>,
  group: string,
  topic: string,
): Promise<boolean> {
  const [ends, starts, committed] = await Promise.all([
    log.endOffsets(topic),
    log.startOffsets(topic),
    log.committed(group, topic),
  ])
  return ends.some((end, partition) => (committed[partition] ?? starts[partition] ?? 0) < end)
}
