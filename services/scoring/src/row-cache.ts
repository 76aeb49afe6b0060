/** Rows as they were last committed, in memory of a fixed size that all partitions of a process share. */
export class RowMemory {
  readonly #arenas: Arena[] = []
  readonly #arenaBytes: number
  readonly #most: number

  /** `bytes`: how much is kept; what was written longest ago goes first. 0 = nothing. */
  constructor(bytes: number) {
    this.#arenaBytes = Math.min(ARENA_BYTES, bytes)
    this.#most = this.#arenaBytes === 0 ? 0 : Math.floor(bytes / this.#arenaBytes)
  }

  /** An arena with room for a row, undefined where the row is too large or nothing is kept. */
  arenaFor(length: number): Arena | undefined {
    if (length > this.#arenaBytes) return undefined
    const last = this.#arenas.at(-1)
    if (last !== undefined && last.used + length <= last.bytes.length) return last
    // Reused, not allocated: memory of this size is slow to give back.
    const next = this.#arenas.length < this.#most ? newArena(this.#arenaBytes) : emptied(this.#arenas.shift())
    if (next !== undefined) this.#arenas.push(next)
    return next
  }
}

const ARENA_BYTES = 1 << 20

/** Rows one behind the other, and who knows them by which key. */
type Arena = {
  readonly bytes: Buffer
  used: number
  readonly places: { cache: Map<string, Place>; key: string }[]
}

type Place = Readonly<{ arena: Arena; at: number; length: number }>

function newArena(bytes: number): Arena {
  return { bytes: Buffer.allocUnsafeSlow(bytes), used: 0, places: [] }
}

function emptied(arena: Arena | undefined): Arena | undefined {
  if (arena === undefined) return undefined
  for (const { cache, key } of arena.places) if (cache.get(key)?.arena === arena) cache.delete(key)
  arena.places.length = 0
  arena.used = 0
  return arena
}

/**
 * The rows of one partition that need not be read from Redis. Thrown away with the worker that owns the partition:
 * whenever what is stored might be something else than was committed here.
 */
export class RowCache {
  readonly #memory: RowMemory
  readonly #places = new Map<string, Place>()

  constructor(memory: RowMemory) {
    this.#memory = memory
  }

  /** A view that the next `put` may overwrite: to be decoded at once. */
  get(key: string): Uint8Array | undefined {
    const place = this.#places.get(key)
    return place?.arena.bytes.subarray(place.at, place.at + place.length)
  }

  /** To be called once the row is committed. */
  put(key: string, row: Uint8Array): void {
    const arena = this.#memory.arenaFor(row.length)
    if (arena === undefined) {
      this.#places.delete(key)
      return
    }
    arena.bytes.set(row, arena.used)
    this.#places.set(key, { arena, at: arena.used, length: row.length })
    arena.places.push({ cache: this.#places, key })
    arena.used += row.length
  }

  delete(key: string): void {
    this.#places.delete(key)
  }
}
