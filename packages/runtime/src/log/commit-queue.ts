import type { OwnedPartition } from './owned-partition.ts'
import { pause } from './wait.ts'

export type Position = Readonly<{ owned: OwnedPartition; offset: number; turn: number }>

/** `stored`, or `overtaken` by a rebalance: keep it and try again once the partition is known to have stayed. */
export type CommitResult = 'stored' | 'overtaken'

/**
 * Merges commits: while one request is under way the later ones gather, the newest position of each partition
 * counting, and go out together. What a seek or the loss of the partition made obsolete is dropped.
 *
 * With `everyMs` above 0 a request follows the one before no sooner than that, unless `flush` asks for it.
 */
export class CommitQueue {
  readonly #store: (positions: readonly Position[]) => Promise<CommitResult>
  readonly #everyMs: number
  #waiting = new Map<string, Position>()
  #storedAt = -Infinity
  #due: Readonly<{ stored: Promise<void>; now: AbortController }> | undefined
  #current: Promise<void> | undefined
  #following: Promise<void> | undefined

  constructor(store: (positions: readonly Position[]) => Promise<CommitResult>, everyMs = 0) {
    this.#store = store
    this.#everyMs = everyMs
  }

  add(owned: OwnedPartition, offset: number): Promise<void> {
    if (owned.revoked) return Promise.resolve()
    owned.asked(offset)
    this.#waiting.set(owned.key, { owned, offset, turn: owned.turn })
    return this.#everyMs === 0 ? this.#go() : this.#later()
  }

  /** Resolves when all that was asked for so far is stored (or overtaken). Rejects when storing failed. */
  flush(): Promise<void> {
    if (this.#due === undefined) return this.#go()
    this.#due.now.abort()
    return this.#due.stored
  }

  #go(): Promise<void> {
    if (this.#current === undefined) {
      this.#current = this.#run().finally(() => (this.#current = undefined))
      return this.#current
    }
    this.#following ??= this.#current
      .catch(() => undefined)
      .then(() => {
        this.#following = undefined
        return this.#go()
      })
    return this.#following
  }

  #later(): Promise<void> {
    if (this.#due !== undefined) return this.#due.stored
    const now = new AbortController()
    const waitMs = Math.max(0, this.#storedAt + this.#everyMs - performance.now())
    const stored = pause(waitMs, now.signal).then(() => {
      this.#due = undefined
      return this.#go()
    })
    this.#due = { stored, now }
    return stored
  }

  async #run(): Promise<void> {
    const positions = [...this.#waiting.values()].filter(isCurrent)
    this.#waiting.clear()
    if (positions.length === 0) return
    this.#storedAt = performance.now()
    let result: CommitResult = 'overtaken'
    try {
      result = await this.#store(positions)
    } finally {
      if (result === 'overtaken') this.#keep(positions)
    }
  }

  #keep(positions: readonly Position[]): void {
    for (const position of positions) {
      const { key } = position.owned
      if (isCurrent(position) && !this.#waiting.has(key)) this.#waiting.set(key, position)
    }
  }
}

function isCurrent({ owned, turn }: Position): boolean {
  return !owned.revoked && owned.turn === turn
}
