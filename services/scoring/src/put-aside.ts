import type { Chunk } from '@perennial/engine'
import type { Log, LogRecord, Outgoing } from '@perennial/runtime'
import { ACTIVITY_DEAD_TOPIC } from '@perennial/streams'

/**
 * Writes facts that cannot be folded to the dead letters of member-activity:
 * their block as it was, with headers that say which fact and why. Awaited
 * before the position moves on; a crash in between writes them twice.
 */
export function createPutAside(log: Log) {
  return async (partition: number, broken: Chunk['broken'], records: readonly LogRecord[]): Promise<void> => {
    const blocks = new Map(records.map((record) => [record.offset, record]))
    const letters = broken.map(({ offset, index, reason }): Outgoing => ({
      partition,
      key: blocks.get(offset)?.key ?? null,
      value: blocks.get(offset)?.value ?? null,
      headers: {
        'perennial.errors.topic': 'member-activity.v1',
        'perennial.errors.partition': String(partition),
        'perennial.errors.offset': String(offset),
        'perennial.errors.fact': String(index),
        'perennial.errors.stage': 'fold',
        'perennial.errors.exception.message': reason,
      },
    }))
    await log.append(ACTIVITY_DEAD_TOPIC, letters)
  }
}
