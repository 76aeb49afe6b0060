import { hasBacklog, type Log, type Logger, messageOf, pause, type Scope } from '@perennial/runtime'
import { SOURCE_NAMES, topicOf } from '@perennial/streams'

/** How often partitions are asked whether anybody is due. */
const EVERY_MS = 250
/** How long it counts that nothing waited upstream: asking takes a request for each topic. */
const CLEAR_FOR_MS = 1_000

export type AgendaDeps = Readonly<{
  log: Pick<Log, 'endOffsets' | 'startOffsets' | 'committed'>
  namespace: string
  logger: Logger
  /** The partitions of this process. */
  owned: () => readonly number[]
  /** How often the connection to the agenda was made: a new one may have lost something. */
  connection: () => number
  /** Which set of plays is in force: another one has not seen anybody. */
  plays: () => string
  /** Puts everybody on the agenda who has to be; `again`: though it was done before. */
  fill: (partition: number, again: boolean) => Promise<void>
  /** Up to which offset of `member-activity` the rows of the partition are folded; undefined: there are none. */
  foldedTo: (partition: number) => Promise<number | undefined>
  /** Whether anybody of the partition is due. */
  isDue: (partition: number) => Promise<boolean>
  /** Looks at who is due; answers how many. */
  look: (partition: number) => Promise<number>
}>

/** Looks at the members who are due, partition by partition, until the scope ends; waits while anything waits upstream. */
export function watchAgenda(deps: AgendaDeps, scope: Scope): void {
  const stopping = new AbortController()
  const upstream = createUpstream(deps)
  /** By partition, through which connection its agenda was filled, and for which plays. */
  const filled = new Map<number, string>()

  async function fill(partition: number): Promise<void> {
    const current = `${deps.connection()} ${deps.plays()}`
    if (filled.get(partition) === current) return
    await deps.fill(partition, filled.has(partition))
    filled.set(partition, current)
  }

  async function round(): Promise<void> {
    for (const partition of deps.owned()) {
      await fill(partition)
      while (!stopping.signal.aborted && (await deps.isDue(partition)) && (await upstream.isClear(partition)))
        if ((await deps.look(partition)) === 0) break
    }
  }

  const done = (async () => {
    while (!stopping.signal.aborted) {
      await round().catch((error: unknown) =>
        deps.logger.warn(
          { err: error },
          `Members who are due could not be looked at, trying again: ${messageOf(error)}`,
        ),
      )
      await pause(EVERY_MS, stopping.signal)
    }
  })()
  scope.adopt(stopping, async (held) => {
    held.abort()
    await done
  })
}

/** Whether facts or risks wait that nobody has worked through: then rows are not up to date, and nobody may be judged by them. */
function createUpstream({ log, namespace, foldedTo }: Pick<AgendaDeps, 'log' | 'namespace' | 'foldedTo'>) {
  const sources = SOURCE_NAMES.map(topicOf)
  let clearUntil = 0
  let ends: readonly number[] = []

  /** In the order of the path: what one stage has passed on by then, the next is asked about. */
  async function anythingWaits(): Promise<boolean> {
    for (const topic of sources) if (await hasBacklog(log, `${namespace}-ingest`, topic)) return true
    ends = await log.endOffsets(topicOf('member-activity'))
    return hasBacklog(log, `${namespace}-dispatcher`, topicOf('member-risk'))
  }

  return {
    async isClear(partition: number): Promise<boolean> {
      if (performance.now() >= clearUntil) {
        if (await anythingWaits()) return false
        clearUntil = performance.now() + CLEAR_FOR_MS
      }
      // Of scoring it is not the group's position that counts but the one beside the rows: a Redis that has lost both
      // says so there at once, while the group still stands where it had come.
      return ((await foldedTo(partition)) ?? 0) >= (ends[partition] ?? 0)
    },
  }
}
