import type { EpochMs } from '@perennial/member'
import type { Log } from '@perennial/runtime'
import { latestSnapshotAt } from '@perennial/scoring'
import { distance } from '../terminal/words.ts'
import { type Check, ok, warn } from './check.ts'

export type SnapshotAge = Readonly<{
  check: Check
  /** How long facts must be kept for a rebuild to find all that lies behind the snapshots. Undefined: for as long as they weigh. */
  neededMs: number | undefined
}>

/** What the snapshots of a deployment on Kafka are good for. `everyMs`: how often they are to be taken, 0 = never. */
export async function checkSnapshots(
  log: Pick<Log, 'read' | 'startOffsets' | 'endOffsets'>,
  partitions: number,
  { everyMs, now }: Readonly<{ everyMs: number; now: EpochMs }>,
): Promise<SnapshotAge> {
  if (everyMs === 0)
    return { check: ok('Snapshots', 'off: a rebuild reads the log from its beginning'), neededMs: undefined }
  const found = await Promise.all(Array.from({ length: partitions }, (_, n) => latestSnapshotAt(log, n)))
  const taken = found.filter((at) => at !== undefined)
  if (taken.length < partitions)
    return { check: ok('Snapshots', `of ${taken.length} of ${partitions} partitions so far`), neededMs: undefined }
  const oldest = Math.min(...taken)
  const detail = `of all ${partitions} partitions, the oldest ${distance(oldest, now)}`
  // Twice: the one that is due may be under way, or have failed and be tried again.
  const late = now - oldest > 2 * everyMs
  return {
    check: late
      ? warn('Snapshots', detail, 'Scoring takes them while it runs; its log says why one was not written.')
      : ok('Snapshots', detail),
    neededMs: Math.max(everyMs, now - oldest),
  }
}
