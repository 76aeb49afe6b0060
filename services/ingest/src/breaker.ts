/** How many of the latest records of a partition are looked at. */
const WINDOW = 1_000
/** Below this a share says nothing: one bad record of the first three is no third of a topic. */
const MIN_RECORDS = 100
/**
 * So many good records in a row, and what was bad before them no longer counts. Of a producer that makes every tenth
 * record bad it takes some 400,000 records to see them by chance; of one that makes every hundredth, some 170.
 */
export const GOOD_AGAIN = 100

/**
 * Tells one bad record from a broken producer. A mistake in a producer or in us makes most records bad;
 * setting all of them aside would empty the topic into the dead letters, so the partition is stopped instead.
 * Fed from the log on assignment, so that a restart does not begin to count anew: what it says follows from the
 * latest `WINDOW` records alone, however much came before them.
 */
export class Breaker {
  readonly #share: number
  readonly #bad = new Uint8Array(WINDOW)
  #at = 0
  #seen = 0
  #badSeen = 0
  /** Good records since the last bad one. */
  #goodInARow = 0

  /** `share`: the largest share of bad records that is still accepted; 1 never stops. */
  constructor(share: number) {
    this.#share = share
  }

  /** The share of bad records among the latest ones, 0 to 1. */
  get share(): number {
    return this.#seen === 0 ? 0 : this.#badSeen / this.#seen
  }

  /** Whether the latest records were good, and enough of them. */
  get goodAgain(): boolean {
    return this.#goodInARow >= GOOD_AGAIN
  }

  /** Whether one more bad record would be too many. The record is not counted yet. */
  wouldTrip(): boolean {
    if (this.#seen + 1 < MIN_RECORDS) return false
    const leaving = this.#seen < WINDOW ? 0 : (this.#bad[this.#at] ?? 0)
    return (this.#badSeen + 1 - leaving) / Math.min(this.#seen + 1, WINDOW) > this.#share
  }

  add(bad: boolean): void {
    const value = bad ? 1 : 0
    this.#badSeen += value - (this.#bad[this.#at] ?? 0)
    this.#bad[this.#at] = value
    this.#at = (this.#at + 1) % WINDOW
    if (this.#seen < WINDOW) this.#seen++
    this.#goodInARow = bad ? 0 : this.#goodInARow + 1
    if (this.#goodInARow === GOOD_AGAIN && this.#badSeen > 0) this.#forgive()
  }

  clear(): void {
    this.#forgive()
    this.#at = 0
    this.#seen = 0
    this.#goodInARow = 0
  }

  #forgive(): void {
    this.#bad.fill(0)
    this.#badSeen = 0
  }
}
