/**
 * Where each number of a change of risk stands. After them comes the score in
 * its flat form (`SCORE` of @perennial/risk). Times are epoch milliseconds, 0 = unknown.
 */
export const CHANGE = {
  /** The place of the member in the chunk. */
  place: 0,
  /** Rises by one with each change of this member. */
  version: 1,
  /** 1 = no fact, 0 = a fact. */
  bySilence: 2,
  /** 0 none yet, 1 low, 2 medium, 3 high. */
  band: 3,
  bandSince: 4,
  previousBand: 5,
  /** The risk last made known; NaN when this is the first. */
  previousRisk: 6,
  // What the member database said at the time.
  /** 0 unknown, 1 active, 2 lapsed. */
  status: 7,
  joinedAt: 8,
  termStart: 9,
  termEnd: 10,
  /** 1 = only because another model scores now: to be shown, not to be acted on. */
  byModel: 11,
} as const

export const CHANGE_SLOTS = 12

/**
 * The changes of risk that others should hear of, in the order they came
 * about, as numbers in one array: a busy commit makes thousands of them, and
 * an object each, with its contributions, would be most of what it costs.
 */
export class RiskChanges {
  #numbers = new Float64Array(4_096)
  readonly #starts: number[] = []
  #end = 0
  #bySilence = 0
  #byModel = 0

  get length(): number {
    return this.#starts.length
  }

  /** How many came about because nothing happened. */
  get bySilence(): number {
    return this.#bySilence
  }

  /** How many only because another model scores now. */
  get byModel(): number {
    return this.#byModel
  }

  /** All numbers; a change begins at `start(n)`. Another array after the next `add`, perhaps. */
  get numbers(): Float64Array {
    return this.#numbers
  }

  start(n: number): number {
    return this.#starts[n] ?? 0
  }

  /** Room for one change more with `slots` numbers; answers where it begins. To be filled in whole. */
  add(slots: number, cause: 'fact' | 'silence' | 'model'): number {
    const start = this.#end
    this.#end += slots
    if (this.#end > this.#numbers.length) {
      const grown = new Float64Array(Math.max(this.#end, this.#numbers.length * 2))
      grown.set(this.#numbers)
      this.#numbers = grown
    }
    this.#starts.push(start)
    if (cause === 'silence') this.#bySilence++
    if (cause === 'model') this.#byModel++
    return start
  }

  clear(): void {
    this.#starts.length = 0
    this.#end = 0
    this.#bySilence = 0
    this.#byModel = 0
  }
}
