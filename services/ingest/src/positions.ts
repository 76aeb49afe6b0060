import { type Consumption, type TopicPartition, tpKey } from '@perennial/runtime'

/**
 * The positions that may be committed. They are committed together at intervals and not after each batch:
 * what lies between comes again after a crash and is recognised, so the interval costs nothing but that.
 */
export class Positions {
  readonly #consumption: Promise<Pick<Consumption, 'commit'>>
  readonly #failed: (error: unknown) => void
  readonly #timer: NodeJS.Timeout
  #done = new Map<string, Readonly<{ tp: TopicPartition; next: number }>>()

  /** `intervalMs` must stay at or below a second: lag tools look at what is committed. */
  constructor(consumption: Promise<Pick<Consumption, 'commit'>>, intervalMs: number, failed: (error: unknown) => void) {
    this.#consumption = consumption
    this.#failed = failed
    this.#timer = setInterval(() => void this.flush().catch(this.#failed), intervalMs)
  }

  /** Everything below `next` is in the log behind us. */
  done(tp: TopicPartition, next: number): void {
    this.#done.set(tpKey(tp), { tp, next })
  }

  forget(tps: readonly TopicPartition[]): void {
    for (const tp of tps) this.#done.delete(tpKey(tp))
  }

  /** Commits what is done. A failed commit is made up for by the next one. */
  async flush(): Promise<void> {
    if (this.#done.size === 0) return
    const done = this.#done
    this.#done = new Map()
    const consumption = await this.#consumption
    await Promise.all([...done.values()].map(({ tp, next }) => consumption.commit(tp, next)))
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush().catch(this.#failed)
  }
}
