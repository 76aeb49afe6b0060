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
  /** Puts everybody on the agenda who has to be; `again`: though it was done before. */
  fill: (partition: number, again: boolean) => Promise<void>
  /** Whether anybody of the partition is due. */
  isDue: (partition: number) => Promise<boolean>
  /** Looks at who is due; answers how many. */
  look: (partition: number) => Promise<number>
}>

/** Looks at the members who are due, partition by partition, until the scope ends; waits while anything waits upstream. */
export function watchAgenda(deps: AgendaDeps, scope: Scope): void {
  const stopping = new AbortController()
  const upstream = createUpstream(deps)
  /** By partition, through which connection its agenda was filled. */
  const filled = new Map<number, number>()

  async function fill(partition: number): Promise<void> {
    const connection = deps.connection()
    if (filled.get(partition) === connection) return
    await deps.fill(partition, filled.has(partition))
    filled.set(partition, connection)
  }

  async function round(): Promise<void> {
    for (const partition of deps.owned()) {
      await fill(partition)
      while (!stopping.signal.aborted && (await deps.isDue(partition)) && (await upstream.isClear()))
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
function createUpstream({ log, namespace }: Pick<AgendaDeps, 'log' | 'namespace'>) {
  const stages = [
    ...SOURCE_NAMES.map((name) => [`${namespace}-ingest`, topicOf(name)] as const),
    [`${namespace}-scoring`, topicOf('member-activity')] as const,
    [`${namespace}-dispatcher`, topicOf('member-risk')] as const,
  ]
  let clearUntil = 0
  return {
    async isClear(): Promise<boolean> {
      if (performance.now() < clearUntil) return true
      // In the order of the path: what one stage has passed on by then, the next is asked about.
      for (const [group, topic] of stages) if (await hasBacklog(log, group, topic)) return false
      clearUntil = performance.now() + CLEAR_FOR_MS
      return true
    },
  }
}
