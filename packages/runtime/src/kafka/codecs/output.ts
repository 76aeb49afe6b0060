import { Fault } from '../../fault.ts'

/** A record batch of a megabyte may grow 255-fold in LZ4; more than this is no batch but an attack, or damage. */
export const MAX_OUTPUT_BYTES = 256 * 1024 * 1024

/** Bytes as they come out of an LZ77 codec: literals, and copies of what came out before. */
export class Output {
  #buffer: Buffer
  #length = 0

  constructor(expected: number) {
    this.#buffer = Buffer.allocUnsafe(Math.min(expected, MAX_OUTPUT_BYTES))
  }

  literal(source: Buffer, start: number, length: number): void {
    if (length < 0 || start + length > source.length) throw damaged('a literal runs over the end')
    this.#reserve(length)
    source.copy(this.#buffer, this.#length, start, start + length)
    this.#length += length
  }

  /** Repeats `length` bytes from `distance` back; they may overlap with what is being written. */
  copy(distance: number, length: number): void {
    if (distance <= 0 || distance > this.#length) throw damaged('a copy from before the beginning')
    this.#reserve(length)
    const buffer = this.#buffer
    let to = this.#length
    const end = to + length
    if (distance >= length) buffer.copyWithin(to, to - distance, end - distance)
    else for (; to < end; to++) buffer[to] = buffer[to - distance] ?? 0
    this.#length = end
  }

  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#buffer.length) return
    if (needed > MAX_OUTPUT_BYTES) throw damaged('it grows beyond all measure')
    const larger = Buffer.allocUnsafe(Math.min(MAX_OUTPUT_BYTES, Math.max(needed, this.#buffer.length * 2)))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }
}

/** The compressed bytes are not what their codec makes. Kafka's own checksum is not looked at by kafkajs. */
export function damaged(why: string): Fault {
  return new Fault('kafka/damaged-batch', `A compressed record batch cannot be read: ${why}.`)
}
