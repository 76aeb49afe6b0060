import { pause, type SourceInput } from '@perennial/runtime'
import type { Deployment } from './deployment.ts'

export type Flow = Readonly<{
  /** How many records have been produced so far. */
  count(): number
  /** Throws what ended the flow early. */
  check(): void
  /** Ends it; answers what was produced. */
  stop(): Promise<readonly SourceInput[]>
  /** Waits until all are produced; answers them. */
  dry(): Promise<readonly SourceInput[]>
}>

type Pace = Readonly<{
  together: number
  everyMs: number
  /** Running out of records is no failure. */
  untilDry?: boolean
}>

/**
 * Records that come in without end while a test does something else: a few at a time, so that there is always one
 * under way. Fails when they run out before `stop`.
 */
export function startFlow(
  deployment: Deployment,
  inputs: readonly SourceInput[],
  { together, everyMs, untilDry = false }: Pace = { together: 4, everyMs: 20 },
): Flow {
  const stopping = new AbortController()
  const produced: SourceInput[] = []

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const next = inputs.slice(produced.length, produced.length + together)
      if (next.length === 0 && untilDry) return
      if (next.length === 0) throw new Error(`The flow of ${inputs.length} records ran dry.`)
      await deployment.produce(next)
      produced.push(...next)
      await pause(everyMs, stopping.signal)
    }
  }

  let failure: unknown
  const running = run()
  running.catch((error: unknown) => (failure = error))
  return {
    count: () => produced.length,
    check() {
      if (failure !== undefined) throw new Error('The flow broke off.', { cause: failure })
    },
    async dry() {
      await running
      return produced
    },
    async stop() {
      stopping.abort()
      await running
      return produced
    },
  }
}
