const FIRST_SLOTS = 1024

/**
 * Numbers for texts, from 0 in the order they are first seen, without making a string of a text already known: what is
 * looked up are the bytes of a file.
 */
export class Interner {
  readonly texts: string[] = []
  #arena = new Uint8Array(1 << 14)
  #used = 0
  /** By number: where its bytes begin; they end where those of the next begin. */
  #places = new Uint32Array(FIRST_SLOTS)
  /** Open addressing: number + 1, 0 = free. At most half full. */
  #slots = new Uint32Array(FIRST_SLOTS)
  #hashes = new Int32Array(FIRST_SLOTS)

  /** The number of the text between two places of `bytes`. */
  number(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end)
    const mask = this.#slots.length - 1
    let slot = hash & mask
    for (;;) {
      const found = this.#slots[slot] ?? 0
      if (found === 0) return this.#add(bytes.subarray(start, end), hash, slot)
      if (this.#hashes[slot] === hash && this.#holds(found - 1, bytes, start, end)) return found - 1
      slot = (slot + 1) & mask
    }
  }

  #holds(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const at = this.#places[number] ?? 0
    const length = end - start
    if ((this.#places[number + 1] ?? 0) - at !== length) return false
    for (let i = 0; i < length; i++) if (this.#arena[at + i] !== bytes[start + i]) return false
    return true
  }

  #add(text: Uint8Array, hash: number, slot: number): number {
    const number = this.texts.length
    if (this.#used + text.length > this.#arena.length) this.#arena = grown(this.#arena, this.#used + text.length)
    this.#arena.set(text, this.#used)
    this.#used += text.length
    if (number + 1 >= this.#places.length) {
      const places = new Uint32Array(this.#places.length * 2)
      places.set(this.#places)
      this.#places = places
    }
    this.#places[number + 1] = this.#used
    this.#slots[slot] = number + 1
    this.#hashes[slot] = hash
    this.texts.push(utf8.decode(text))
    if (this.texts.length * 2 > this.#slots.length) this.#rehash()
    return number
  }

  #rehash(): void {
    const length = this.#slots.length * 2
    const slots = new Uint32Array(length)
    const hashes = new Int32Array(length)
    for (const [i, number] of this.#slots.entries()) {
      if (number === 0) continue
      const hash = this.#hashes[i] ?? 0
      let slot = hash & (length - 1)
      while (slots[slot] !== 0) slot = (slot + 1) & (length - 1)
      slots[slot] = number
      hashes[slot] = hash
    }
    this.#slots = slots
    this.#hashes = hashes
  }
}

// Ids are compared by their bytes: a mark at the beginning of one is part of it.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Word by word, because a byte at a time each step would wait for the one before; a last mix for the low bits. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start
  let i = start
  for (; i + 4 <= end; i += 4) {
    const word =
      (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)
    hash = Math.imul(hash ^ word, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  for (; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  return hash ^ (hash >>> 15)
}

function grown(arena: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(needed, arena.length * 2))
  larger.set(arena)
  return larger
}
