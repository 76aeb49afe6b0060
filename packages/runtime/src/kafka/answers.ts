/** Every answer begins with its length, without these bytes themselves. */
const LENGTH_BYTES = 4
/** Most answers fit in here; of a larger one it takes the beginning. */
const SCRATCH_BYTES = 32 * 1024
/** No broker sends that much. What says so is no broker, and nothing of that size is set aside for it. */
const MAX_ANSWER_BYTES = 1024 * 1024 * 1024

/**
 * Puts a connection's bytes together to whole answers. A large one is received straight into its place: the bytes of a
 * fetch are written once, by the kernel, and neither kept in chunks nor copied together.
 */
export class Answers {
  readonly #take: (bytes: Buffer) => void
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  /** Bytes at the beginning of the scratch that are not an answer yet. */
  #held = 0
  /** A large answer under way, and how much of it is there. */
  #large: Buffer | undefined
  #filled = 0
  #strange = false

  /** `take` is called with one answer after another, each in memory of its own. */
  constructor(take: (answer: Buffer) => void) {
    this.#take = take
  }

  /** Where the next bytes belong. Never empty. */
  space(): Buffer {
    return this.#large?.subarray(this.#filled) ?? this.#scratch.subarray(this.#held)
  }

  /** `count` bytes have been written to the beginning of `space()`. */
  received(count: number): void {
    const large = this.#large
    if (large === undefined) return this.#sort(this.#held + count)
    this.#filled += count
    if (this.#filled < large.length) return
    this.#large = undefined
    this.#take(large)
  }

  /** Hands over what is whole in the first `end` bytes of the scratch, and keeps the rest. */
  #sort(end: number): void {
    const scratch = this.#scratch
    let at = 0
    while (end - at >= LENGTH_BYTES) {
      const size = LENGTH_BYTES + scratch.readInt32BE(at)
      this.#strange ||= size < LENGTH_BYTES || size > MAX_ANSWER_BYTES
      if (this.#strange) break
      if (end - at < size && size > SCRATCH_BYTES) return this.#begin(size, scratch.subarray(at, end))
      if (end - at < size) break
      this.#take(Buffer.copyBytesFrom(scratch, at, size))
      at += size
    }
    // Whoever reads the answers says what is wrong with it.
    if (this.#strange) this.#take(Buffer.copyBytesFrom(scratch, at, end - at))
    else scratch.copyWithin(0, at, end)
    this.#held = this.#strange ? 0 : end - at
  }

  #begin(size: number, beginning: Buffer): void {
    // Zeroing would cost as much as receiving.
    this.#large = Buffer.allocUnsafeSlow(size)
    this.#filled = beginning.copy(this.#large)
    this.#held = 0
  }
}
