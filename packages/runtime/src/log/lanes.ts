import { Fault } from '../fault.ts'

/**
 * Keeps work on one lane (a partition) strictly in order while different lanes go on side by side. When a piece
 * fails, those already waiting behind it fail as well: sending them would leave a gap in the order.
 */
export class Lanes {
  readonly #tails = new Map<string, Promise<void>>()

  run(lanes: readonly string[], work: () => Promise<void>): Promise<void> {
    const before = lanes.map((lane) => this.#tails.get(lane)).filter((tail) => tail !== undefined)
    const done = before.length === 0 ? work() : Promise.all(before).then(work, failBehind)
    for (const lane of lanes) this.#tails.set(lane, done)
    const tidy = () => {
      for (const lane of lanes) if (this.#tails.get(lane) === done) this.#tails.delete(lane)
    }
    void done.then(tidy, tidy)
    return done
  }

  /** Resolves when nothing is under way, however it ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#tails.values())
  }
}

function failBehind(cause: unknown): never {
  throw new Fault('log/append-behind-failure', 'Not appended: an earlier append to the same partition failed.', {
    cause,
    retriable: true,
  })
}
