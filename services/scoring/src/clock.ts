import { type EpochMs, MINUTE_MS } from '@perennial/member'
import { type PartitionState, watermark } from '@perennial/engine'

/** Facts this close to the wall clock mean the partition is live. */
export const LIVE_WITHIN_MS = 5 * MINUTE_MS
/** After old facts were folded, the wall clock is not trusted for so long: more of them may be on their way. */
const HOLD_MS = 500
/**
 * A source that has been quiet for so many facts of the partition holds the watermark back no more. Facts, not time:
 * ingest takes turns at its sources, and how long a turn takes is up to the machine. Some twenty turns of 1,000.
 */
const IDLE_FACTS = 20_000

/**
 * What time it is for the sweep of a partition. Live: the wall clock. While
 * history is replayed or a backlog worked off: the watermark, for silence up
 * to now would be judged before the facts that break it have been read.
 */
export type PartitionClock = Readonly<{
  /** Facts were folded now, `count` of them, the newest dated `newestAt`, from these sources. */
  folded(now: EpochMs, folded: Folded): void
  /** Undefined: there is no telling yet; do not sweep. `behind`: facts are known to wait, here or upstream. */
  read(now: EpochMs, state: PartitionState, behind: boolean): EpochMs | undefined
}>

export type Folded = Readonly<{ newestAt: EpochMs; count: number; sources: Iterable<number> }>

export function createPartitionClock(): PartitionClock {
  /** By source, how many facts had been folded when it spoke last. */
  const spokeAt = new Map<number, number>()
  let facts = 0
  let newest = 0
  let holdUntil = 0

  return {
    folded(now, { newestAt, count, sources }) {
      facts += count
      for (const source of sources) spokeAt.set(source, facts)
      newest = Math.max(newest, newestAt)
      if (newestAt < now - LIVE_WITHIN_MS) holdUntil = now + HOLD_MS
    },

    read(now, state, behind) {
      if (newest >= now - LIVE_WITHIN_MS) return now
      if (!behind && now >= holdUntil) return now
      const mark = watermark(state, (source) => facts - (spokeAt.get(source) ?? 0) > IDLE_FACTS)
      return mark === undefined ? undefined : Math.min(mark, now)
    },
  }
}
