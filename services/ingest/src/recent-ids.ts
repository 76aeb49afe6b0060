/** A repeated record is one whose event id stood at one of this many offsets before it. */
export const WINDOW = 4_096

const BUCKETS = 8_192
const NONE = -1

/**
 * The event ids of the last 4,096 offsets of one source partition, as 64-bit hashes. Two different ids with
 * the same hash in one window are expected once in 10^12 records. Plain arrays, because a Map of numbers
 * this size costs more than the rest of a record's handling.
 */
export class RecentIds {
  readonly #offsets = new Float64Array(WINDOW).fill(NONE)
  readonly #hi = new Uint32Array(WINDOW)
  readonly #lo = new Uint32Array(WINDOW)
  /** The next place with the same bucket. */
  readonly #next = new Int16Array(WINDOW).fill(NONE)
  readonly #heads = new Int16Array(BUCKETS).fill(NONE)

  /** Whether the id stood at one of the `WINDOW` offsets before `offset`. */
  has(offset: number, hi: number, lo: number): boolean {
    for (let place = this.#headOf(lo); place !== NONE; place = this.#next[place] ?? NONE) {
      if (this.#lo[place] !== lo || this.#hi[place] !== hi) continue
      const stood = this.#offsets[place] ?? NONE
      if (stood < offset && stood >= offset - WINDOW) return true
    }
    return false
  }

  /** Offsets must rise; the one 4,096 before it is forgotten. */
  add(offset: number, hi: number, lo: number): void {
    const place = offset % WINDOW
    if (this.#offsets[place] !== NONE) this.#unlink(place)
    const bucket = lo & (BUCKETS - 1)
    this.#offsets[place] = offset
    this.#hi[place] = hi
    this.#lo[place] = lo
    this.#next[place] = this.#heads[bucket] ?? NONE
    this.#heads[bucket] = place
  }

  clear(): void {
    this.#offsets.fill(NONE)
    this.#heads.fill(NONE)
    this.#next.fill(NONE)
  }

  #headOf(lo: number): number {
    return this.#heads[lo & (BUCKETS - 1)] ?? NONE
  }

  #unlink(place: number): void {
    const lo = this.#lo[place] ?? 0
    const after = this.#next[place] ?? NONE
    if (this.#headOf(lo) === place) {
      this.#heads[lo & (BUCKETS - 1)] = after
      return
    }
    for (let before = this.#headOf(lo); before !== NONE; before = this.#next[before] ?? NONE) {
      if (this.#next[before] !== place) continue
      this.#next[before] = after
      return
    }
  }
}
