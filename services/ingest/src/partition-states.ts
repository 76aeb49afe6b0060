import type { EpochMs } from '@perennial/member'

/** How the source partitions of this process stand, by `<stream>/<partition>`. */
export class PartitionStates {
  readonly #newestAt = new Map<string, EpochMs>()
  readonly #waitingSince = new Map<string, EpochMs>()
  readonly #stopped = new Set<string>()

  took(key: string, newestAt: EpochMs): void {
    this.#waitingSince.delete(key)
    if (newestAt > (this.#newestAt.get(key) ?? 0)) this.#newestAt.set(key, newestAt)
  }

  /** Since when the partition has waited for a schema; from now on, if it did not. */
  waitingSince(key: string, now: EpochMs): EpochMs {
    const since = this.#waitingSince.get(key) ?? now
    this.#waitingSince.set(key, since)
    return since
  }

  stop(key: string): void {
    this.#stopped.add(key)
  }

  letGo(key: string): void {
    this.#stopped.delete(key)
  }

  reset(key: string): void {
    this.#waitingSince.delete(key)
    this.#stopped.delete(key)
    this.#newestAt.delete(key)
  }

  newestAt(key: string): EpochMs | undefined {
    return this.#newestAt.get(key)
  }

  held(): Readonly<{ stopped: readonly string[]; waiting: readonly string[] }> {
    return { stopped: [...this.#stopped], waiting: [...this.#waitingSince.keys()] }
  }
}
