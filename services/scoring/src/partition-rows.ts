import { type Chunk, loadRow } from '@perennial/engine'
import type { Change, PartitionStore } from '@perennial/runtime'
import { RowCache, type RowMemory } from './row-cache.ts'

/** The rows of one partition, from memory where its worker committed them, else from the store. */
export class PartitionRows {
  readonly #store: Pick<PartitionStore, 'load'>
  readonly #partition: number
  readonly #cache: RowCache

  constructor(store: Pick<PartitionStore, 'load'>, partition: number, memory: RowMemory) {
    this.#store = store
    this.#partition = partition
    this.#cache = new RowCache(memory)
  }

  /** Fills the chunk's rows; answers which there are. */
  async load(chunk: Chunk): Promise<(place: number) => boolean> {
    const missing: number[] = []
    for (const [place, key] of chunk.keys.entries()) {
      const row = this.#cache.get(key)
      if (row === undefined) missing.push(place)
      else loadRow(chunk, place, row)
    }
    const keys = missing.map((place) => chunk.keys[place] ?? '')
    const stored = await this.#store.load(this.#partition, keys)
    const absent = new Set<number>()
    for (const [n, place] of missing.entries()) {
      const row = stored[n]
      if (row instanceof Uint8Array) loadRow(chunk, place, row)
      else absent.add(place)
    }
    return (place) => !absent.has(place)
  }

  /** To be called once the change is committed. */
  committed({ rows, rowsGone }: Pick<Change, 'rows' | 'rowsGone'>): void {
    for (const [key, row] of rows) this.#cache.put(key, row)
    for (const key of rowsGone) this.#cache.delete(key)
  }
}
