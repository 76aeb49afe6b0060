/**
 * A 64-bit hash of bytes, as two unsigned halves: MurmurHash3 (x86, 32 bit) over words of four bytes with two seeds in
 * one pass. It answers in its own fields, because it is asked several times a row.
 */
export class ByteHash {
  hi = 0
  lo = 0
  #a = 0
  #b = 0

  begin(): void {
    this.#a = 0x9747b28c
    this.#b = 0x3c6ef372
  }

  /** A text between two places. Its length is part of it, so that "ab" + "c" is not "a" + "bc". */
  text(bytes: Uint8Array, start: number, end: number): void {
    let at = start
    for (; at + 4 <= end; at += 4) {
      this.word(
        (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24),
      )
    }
    let tail = 0
    for (let shift = 0; at < end; at++, shift += 8) tail |= (bytes[at] ?? 0) << shift
    this.word(tail)
    this.word(end - start)
  }

  /** A whole number; what is above 32 bits is cut. */
  word(value: number): void {
    const k = Math.imul(value, 0xcc9e2d51)
    const mixed = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
    this.#a = turned(this.#a ^ mixed)
    this.#b = turned(this.#b ^ mixed)
  }

  /** Never (0, 0), which marks an empty place in a member row's ring. */
  finish(): void {
    this.hi = finished(this.#a)
    this.lo = finished(this.#b)
    if (this.hi === 0 && this.lo === 0) this.lo = 1
  }
}

function turned(h: number): number {
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}

function finished(h: number): number {
  let mixed = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
