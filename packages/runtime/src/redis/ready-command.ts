import { Command, type Redis } from 'ioredis'

/**
 * A Redis command written ahead as the bytes that go over the wire (RESP2): ioredis would make some three buffers and
 * strings of each of the thousands of values a commit has.
 */
export class CommandWriter {
  #bytes = Buffer.allocUnsafeSlow(1 << 16)
  #at = 0
  #values = 0

  begin(): void {
    // Room for how many values there are, which is known in the end.
    this.#at = COUNT_BYTES
    this.#values = 0
  }

  text(value: string): void {
    const length = Buffer.byteLength(value)
    this.#length(length)
    if (length === value.length && length < 48)
      for (let i = 0; i < length; i++) this.#bytes[this.#at++] = value.charCodeAt(i)
    else this.#at += this.#bytes.write(value, this.#at)
    this.#end()
  }

  data(value: Uint8Array): void {
    this.#length(value.length)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
    this.#end()
  }

  /** The command, in memory of its own: ioredis sends it again after a lost connection. */
  finish(): Buffer {
    const count = `*${this.#values}\r\n`
    const from = COUNT_BYTES - count.length
    this.#bytes.write(count, from)
    return Buffer.from(this.#bytes.subarray(from, this.#at))
  }

  #length(length: number): void {
    this.#values++
    this.#reserve(length + LENGTH_BYTES)
    this.#bytes[this.#at++] = DOLLAR
    this.#at += this.#bytes.write(String(length), this.#at)
    this.#end()
  }

  #end(): void {
    this.#bytes[this.#at++] = CR
    this.#bytes[this.#at++] = LF
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + more))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
  }
}

/** `*`, up to ten digits, and the line's end. */
const COUNT_BYTES = 13
/** `$`, up to ten digits, and two lines' ends. */
const LENGTH_BYTES = 15
const DOLLAR = 0x24
const CR = 0x0d
const LF = 0x0a

class ReadyCommand extends Command {
  readonly #bytes: Buffer

  constructor(name: string, bytes: Buffer, replyEncoding: 'utf8' | null) {
    super(name, [], { replyEncoding })
    this.#bytes = bytes
  }

  override toWritable(): Buffer {
    return this.#bytes
  }
}

/** Sends a command as `CommandWriter` wrote it; answers as ioredis does, with text for bytes. */
export function sendReady(redis: Redis, name: string, bytes: Buffer): Promise<unknown> {
  return Promise.resolve(redis.sendCommand(new ReadyCommand(name, bytes, 'utf8')))
}

/** The same, with bytes as they are. */
export function sendReadyForBytes(redis: Redis, name: string, bytes: Buffer): Promise<unknown> {
  return Promise.resolve(redis.sendCommand(new ReadyCommand(name, bytes, null)))
}
