/** Writes into a buffer that grows as needed: the few forms that outbox entries and Avro values are made of. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(1 << 16)
  #view = new DataView(this.#bytes.buffer)
  #at = 0

  get length(): number {
    return this.#at
  }

  /** Makes room for `more` bytes; what follows does not look. */
  reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + more))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }

  u8(value: number): void {
    this.#view.setUint8(this.#at++, value)
  }

  u32(value: number): void {
    this.#view.setUint32(this.#at, value)
    this.#at += 4
  }

  /** Leaves room for a number that is known later. */
  skipU32(): number {
    this.#at += 4
    return this.#at - 4
  }

  u32At(at: number, value: number): void {
    this.#view.setUint32(at, value)
  }

  /** Big-endian. */
  f64(value: number): void {
    this.#view.setFloat64(this.#at, value)
    this.#at += 8
  }

  /** As Avro has it: little-endian. */
  double(value: number): void {
    this.#view.setFloat64(this.#at, value, true)
    this.#at += 8
  }

  /** An Avro int or long: zigzag, seven bits a byte. For whole numbers up to 2^52 either side of 0. */
  long(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value
    while (rest >= 0x1000_0000) {
      this.#view.setUint8(this.#at++, (rest % 128) | 128)
      rest = Math.floor(rest / 128)
    }
    for (; rest > 127; rest >>>= 7) this.#view.setUint8(this.#at++, (rest & 127) | 128)
    this.#view.setUint8(this.#at++, rest)
  }

  bytes(value: Uint8Array): void {
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  /** UTF-8; answers how many bytes. Short ASCII is copied faster than handed over to native code. */
  text(text: string): number {
    const from = this.#at
    if (text.length < 48)
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        if (code > 127) return this.#nativeText(text, from)
        this.#bytes[this.#at++] = code
      }
    else return this.#nativeText(text, from)
    return text.length
  }

  /** A copy of what was written; the writer is empty again. */
  finish(): Buffer {
    const copy = Buffer.allocUnsafeSlow(this.#at)
    this.#bytes.copy(copy, 0, 0, this.#at)
    this.#at = 0
    return copy
  }

  #nativeText(text: string, from: number): number {
    const written = this.#bytes.write(text, from)
    this.#at = from + written
    return written
  }
}
