import { type EpochMs, MINUTE_MS } from '@perennial/member'
import { type PartitionState, watermark } from '@perennial/engine'

/** Facts this close to the wall clock mean the partition is live. */
export const LIVE_WITHIN_MS = 5 * MINUTE_MS
/** After old facts were folded, the wall clock is not trusted for so long: more of them may be on their way. */
const HOLD_MS = 500
/** A source that has been quiet this long holds the watermark back no more. */
const IDLE_MS = 2_000

/**
 * What time it is for the sweep of a partition. Live: the wall clock. While
 * history is replayed or a backlog worked off: the watermark, for silence up
 * to now would be judged before the facts that break it have been read.
 */
export type PartitionClock = Readonly<{
  /** Facts were folded now, the newest of them dated `newestAt`, from these sources. */
  folded(now: EpochMs, newestAt: EpochMs, sources: Iterable<number>): void
  /** Undefined: there is no telling yet; do not sweep. `behind`: facts are known to wait somewhere upstream. */
  read(now: EpochMs, state: PartitionState, behind: boolean): EpochMs | undefined
}>

export function createPartitionClock(): PartitionClock {
  const spokeAt = new Map<number, EpochMs>()
  let newest = 0
  let holdUntil = 0

  return {
    folded(now, newestAt, sources) {
      for (const source of sources) spokeAt.set(source, now)
      newest = Math.max(newest, newestAt)
      if (newestAt < now - LIVE_WITHIN_MS) holdUntil = now + HOLD_MS
    },

    read(now, state, behind) {
      if (newest >= now - LIVE_WITHIN_MS) return now
      if (!behind && now >= holdUntil) return now
      const mark = watermark(state, (source) => now - (spokeAt.get(source) ?? 0) > IDLE_MS)
      return mark === undefined ? undefined : Math.min(mark, now)
    },
  }
}
