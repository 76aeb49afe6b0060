import type { Clock } from '@perennial/runtime'
import type { Turns } from '../turns.ts'
import type { SnapshotWriter, Standpoint } from './writer.ts'

type TakeDeps = Readonly<{ clock: Clock; snapshots?: SnapshotWriter }>

/** Its turns, and where it stands between two of them. */
type Partition = Readonly<{ alone: Turns; standpoint: () => Standpoint }>

/**
 * Writes a snapshot of a partition if one is due; answers of how many rows, undefined = none was written. Commits wait for
 * the last part of it alone.
 */
export async function takeSnapshot(
  { clock, snapshots: writer }: TakeDeps,
  { alone, standpoint }: Partition,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const now = clock.now()
  if (writer === undefined || !writer.isDue(now)) return undefined
  const begun = await writer.begin(now, signal)
  if (begun === undefined) return undefined
  // A turn ends when what was committed in it has been said: nobody hears again of what lies before a snapshot. State is
  // not concerned when a snapshot fails, so the error is handed round the turn, and the worker goes on.
  const cut = await alone(() =>
    writer.cut(standpoint()).catch((error: unknown) => new Error('The rows were not written.', { cause: error })),
  )
  if (cut instanceof Error) throw cut
  return begun + cut
}
