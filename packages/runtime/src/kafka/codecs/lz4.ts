import { damaged, Output } from './output.ts'

const MAGIC = 0x184d2204
const STORED = 0x80000000
const MIN_MATCH = 4

/**
 * Undoes LZ4 frames (github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), which is what Kafka's clients write. The
 * checksums in them are not verified: the broker has verified the batch's own when it took it.
 */
export function decompressLz4(input: Buffer): Buffer {
  if (input.length < 7 || input.readUInt32LE(0) !== MAGIC) throw damaged('lz4 without its frame')
  const flags = input[4] ?? 0
  const blockChecksums = (flags & 0x10) !== 0
  const contentSize = (flags & 0x08) !== 0
  const dictionary = (flags & 0x01) !== 0
  const output = new Output(input.length * 4)
  let position = 7 + (contentSize ? 8 : 0) + (dictionary ? 4 : 0)
  for (;;) {
    if (position + 4 > input.length) throw damaged('lz4 without its end')
    const head = input.readUInt32LE(position)
    position += 4
    if (head === 0) return output.finish()
    const length = head & ~STORED
    if (position + length > input.length) throw damaged('an lz4 block is cut off')
    if (head >= STORED) output.literal(input, position, length)
    else block(input, position, position + length, output)
    position += length + (blockChecksums ? 4 : 0)
  }
}

function block(input: Buffer, from: number, end: number, output: Output): void {
  let position = from
  while (position < end) {
    const token = input[position] ?? 0
    position += 1
    const literal = lengthAt(input, position, token >> 4)
    position = literal.next
    if (position + literal.length > end) throw damaged('an lz4 literal runs over its block')
    output.literal(input, position, literal.length)
    position += literal.length
    // The last sequence of a block has no match.
    if (position === end) return
    if (position + 2 > end) throw damaged('an lz4 match is cut off')
    const distance = input.readUInt16LE(position)
    const match = lengthAt(input, position + 2, token & 15)
    position = match.next
    output.copy(distance, match.length + MIN_MATCH)
  }
}

/** A length of 15 goes on in the bytes that follow, up to the first that is not 255. */
function lengthAt(input: Buffer, position: number, nibble: number): { length: number; next: number } {
  let length = nibble
  let next = position
  if (nibble === 15) {
    let byte = 255
    while (byte === 255) {
      byte = input[next] ?? 0
      next += 1
      length += byte
    }
  }
  return { length, next }
}
