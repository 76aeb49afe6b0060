import type { OwnedPartition } from './owned-partition.ts'

export type Position = Readonly<{ owned: OwnedPartition; offset: number; turn: number }>

/** `stored`, or `overtaken` by a rebalance: keep it and try again once the partition is known to have stayed. */
export type CommitResult = 'stored' | 'overtaken'

/**
 * Merges commits: while one request is under way the later ones gather, the newest position of each partition
 * counting, and go out together. What a seek or the loss of the partition made obsolete is dropped.
 */
export class CommitQueue {
  readonly #store: (positions: readonly Position[]) => Promise<CommitResult>
  #waiting = new Map<string, Position>()
  #current: Promise<void> | undefined
  #following: Promise<void> | undefined

  constructor(store: (positions: readonly Position[]) => Promise<CommitResult>) {
    this.#store = store
  }

  add(owned: OwnedPartition, offset: number): Promise<void> {
    if (owned.revoked) return Promise.resolve()
    owned.asked(offset)
    this.#waiting.set(owned.key, { owned, offset, turn: owned.turn })
    return this.flush()
  }

  /** Resolves when all that was asked for so far is stored (or overtaken). Rejects when storing failed. */
  flush(): Promise<void> {
    if (this.#current === undefined) {
      this.#current = this.#run().finally(() => (this.#current = undefined))
      return this.#current
    }
    this.#following ??= this.#current
      .catch(() => undefined)
      .then(() => {
        this.#following = undefined
        return this.flush()
      })
    return this.#following
  }

  async #run(): Promise<void> {
    const positions = [...this.#waiting.values()].filter(isCurrent)
    this.#waiting.clear()
    if (positions.length === 0) return
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
