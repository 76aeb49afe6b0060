import { partitionFor, type SubjectKey } from '@perennial/member'
import type { Log, Platform } from '@perennial/runtime'
import { STATE_TOPIC } from '@perennial/streams'

/** Copies of rows in the log, of which the broker removes what a tombstone stands behind. */
export type SnapshotTombstones = Readonly<{ forget(subjects: readonly SubjectKey[]): Promise<void> }>

/** In the embedded mode no snapshots are taken. */
export function createSnapshotTombstones({
  log,
  mode,
}: Readonly<{ log: Pick<Log, 'append' | 'partitions'>; mode: Platform['mode'] }>): SnapshotTombstones {
  return {
    async forget(subjects) {
      if (mode === 'embedded') return
      const partitions = await log.partitions(STATE_TOPIC)
      await log.append(
        STATE_TOPIC,
        subjects.map((key) => ({ partition: partitionFor(key, partitions), key, value: null })),
      )
    },
  }
}
