import type { EpochMs } from '@perennial/member'

/** What is due when, earliest first; what is due at one instant comes in the order it was added. */
export class TimeHeap<T> {
  readonly #times: number[] = []
  readonly #orders: number[] = []
  readonly #items: T[] = []
  #added = 0

  get size(): number {
    return this.#times.length
  }

  /** When the earliest is due; Infinity: nothing is. */
  get next(): EpochMs {
    return this.#times[0] ?? Infinity
  }

  add(at: EpochMs, item: T): void {
    const order = this.#added++
    let i = this.#times.length
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!this.#isBefore(at, order, parent)) break
      this.#move(parent, i)
      i = parent
    }
    this.#put(i, at, order, item)
  }

  /** The earliest that is due by `until`, taken out. */
  take(until: EpochMs): Readonly<{ at: EpochMs; item: T }> | undefined {
    const at = this.#times[0]
    if (at === undefined || at > until) return undefined
    const item = this.#items[0] as T
    const [lastAt, lastOrder, last] = [this.#times.pop() ?? 0, this.#orders.pop() ?? 0, this.#items.pop() as T]
    if (this.#times.length > 0) this.#sink(lastAt, lastOrder, last)
    return { at, item }
  }

  /** Finds the place of what stood last, from the top. */
  #sink(at: EpochMs, order: number, item: T): void {
    const size = this.#times.length
    let i = 0
    for (let child = 1; child < size; child = 2 * i + 1) {
      const right = child + 1
      if (right < size && this.#isBefore(this.#times[right] ?? 0, this.#orders[right] ?? 0, child)) child = right
      if (this.#isBefore(at, order, child)) break
      this.#move(child, i)
      i = child
    }
    this.#put(i, at, order, item)
  }

  #isBefore(at: EpochMs, order: number, i: number): boolean {
    return at < (this.#times[i] ?? 0) || (at === this.#times[i] && order < (this.#orders[i] ?? 0))
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from] ?? 0, this.#orders[from] ?? 0, this.#items[from] as T)
  }

  #put(i: number, at: EpochMs, order: number, item: T): void {
    this.#times[i] = at
    this.#orders[i] = order
    this.#items[i] = item
  }
}
