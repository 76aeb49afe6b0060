import { hasBacklog, type Log, type Logger, messageOf } from '@perennial/runtime'
import { SOURCE_NAMES, topicOf } from '@perennial/streams'

/** How often the sources' positions are looked up while facts wait, in ms. */
const BEHIND_EVERY_MS = 1_000
/** … and while none do: a look asks the broker for every source topic, and history announces itself. */
const CLEAR_EVERY_MS = 10_000
/** After a single late fact the wall clock must be back within a second. */
const SOON_MS = 250

export type Upstream = Readonly<{
  /** Whether facts wait upstream, unread by ingest: then silence must not be judged by the wall clock. */
  behind(): boolean
  /** Facts that are not fresh have come: behind, until a look says otherwise. */
  foldedHistory(): void
  stop(): void
}>

/** Looks how far ingest has come. Unknown counts as behind. */
export function watchUpstream(log: Log, ingestGroup: string, logger: Logger): Upstream {
  let behind = true
  let looking = false
  let timer: NodeJS.Timeout | undefined

  async function look(): Promise<void> {
    if (looking) return
    looking = true
    clearTimeout(timer)
    try {
      const waiting = await Promise.all(SOURCE_NAMES.map((name) => hasBacklog(log, ingestGroup, topicOf(name))))
      behind = waiting.includes(true)
    } catch (error) {
      logger.warn({ err: error }, `How far ingest has come is unknown: ${messageOf(error)}`)
    } finally {
      looking = false
      schedule()
    }
  }

  function schedule(ms = behind ? BEHIND_EVERY_MS : CLEAR_EVERY_MS): void {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(() => void look(), ms)
  }

  let stopped = false
  void look()
  return {
    behind: () => behind,
    foldedHistory() {
      if (behind) return
      behind = true
      schedule(SOON_MS)
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
