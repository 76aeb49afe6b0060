import { backOffMs, pause, type TopicPartition, tpKey } from '@perennial/runtime'
import { LookAhead, type LookAheadDeps } from './look-ahead.ts'
import type { SourcePartition } from './source-partition.ts'
import type { Owned } from './sources.ts'
import type { Telemetry } from './telemetry.ts'

export type StoppedDeps = LookAheadDeps &
  Readonly<{
    telemetry: Pick<Telemetry, 'letGo' | 'leftStopped' | 'lookFailed'>
    scout(tp: TopicPartition): SourcePartition
  }>

/** Between two looks at a partition, in ms: from the first, doubled up to the longest. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 10_000

/**
 * Looks after the partitions that were stopped for their bad records, at once and then now and then, and lets each
 * go when enough good records stand behind them. That follows from the log alone: whoever owns a partition next,
 * and wherever it begins, finds the same good records and does the same.
 */
export class StoppedPartitions {
  readonly #deps: StoppedDeps
  readonly #watched = new Map<string, AbortController>()
  readonly #watches = new Set<Promise<void>>()

  constructor(deps: StoppedDeps) {
    this.#deps = deps
  }

  /** The partition was stopped before the record at `offset`. `resume` makes it go on from there. */
  add(owned: Owned, offset: number, resume: () => void): void {
    this.forget(owned.tp)
    const over = new AbortController()
    this.#watched.set(tpKey(owned.tp), over)
    const watch = this.#watch(owned, offset, resume, over.signal)
    this.#watches.add(watch)
    void watch.finally(() => this.#watches.delete(watch))
  }

  /** The partition begins anew, or has gone. */
  forget(tp: TopicPartition): void {
    this.#watched.get(tpKey(tp))?.abort()
    this.#watched.delete(tpKey(tp))
  }

  /** Waits for the look that is under way. */
  async close(): Promise<void> {
    for (const over of this.#watched.values()) over.abort()
    await Promise.all(this.#watches)
  }

  /** Never rejects. */
  async #watch(owned: Owned, offset: number, resume: () => void, signal: AbortSignal): Promise<void> {
    const { telemetry } = this.#deps
    const ahead = new LookAhead(this.#deps, owned.tp, offset, this.#deps.scout(owned.tp))
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const sight = await ahead.look(signal)
        if (signal.aborted) return
        if (sight.kind === 'too-far') return telemetry.leftStopped(owned, offset)
        if (sight.kind === 'good-again') {
          owned.partition.letGo(sight.until)
          telemetry.letGo(owned, offset, sight.bad)
          return resume()
        }
      } catch (error) {
        if (!signal.aborted) telemetry.lookFailed(owned, error)
      }
      await pause(backOffMs(attempt, FIRST_PAUSE_MS, LONGEST_PAUSE_MS), signal)
    }
  }
}
