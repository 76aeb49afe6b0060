import { damaged, Output } from './output.ts'

/** What Java's snappy puts before its blocks: 0x82 SNAPPY 0, then two version numbers. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const XERIAL_HEADER_BYTES = 16

/** Undoes Snappy, as Java's clients frame it and as everybody else writes it (one raw block). */
export function decompressSnappy(input: Buffer): Buffer {
  if (input.length < XERIAL_HEADER_BYTES || !input.subarray(0, XERIAL.length).equals(XERIAL)) return block(input)
  const parts: Buffer[] = []
  let position = XERIAL_HEADER_BYTES
  while (position + 4 <= input.length) {
    const length = input.readUInt32BE(position)
    position += 4
    if (position + length > input.length) throw damaged('a snappy block is cut off')
    parts.push(block(input.subarray(position, position + length)))
    position += length
  }
  return Buffer.concat(parts)
}

/** The format of github.com/google/snappy/blob/main/format_description.txt */
function block(input: Buffer): Buffer {
  const { value: expected, next } = varint(input)
  const output = new Output(expected)
  let position = next
  while (position < input.length) {
    const tag = input[position] ?? 0
    position += 1
    if ((tag & 3) === 0) {
      const { length, start } = literal(input, tag, position)
      output.literal(input, start, length)
      position = start + length
    } else {
      position = copy(input, output, tag, position)
    }
  }
  const result = output.finish()
  if (result.length !== expected) throw damaged(`snappy gave ${result.length} bytes instead of ${expected}`)
  return result
}

function literal(input: Buffer, tag: number, position: number): { length: number; start: number } {
  const short = tag >> 2
  if (short < 60) return { length: short + 1, start: position }
  const bytes = short - 59
  if (position + bytes > input.length) throw damaged('a snappy length is cut off')
  return { length: input.readUIntLE(position, bytes) + 1, start: position + bytes }
}

function copy(input: Buffer, output: Output, tag: number, position: number): number {
  const kind = tag & 3
  const bytes = kind === 3 ? 4 : kind
  if (position + bytes > input.length) throw damaged('a snappy copy is cut off')
  const low = input.readUIntLE(position, bytes)
  if (kind === 1) output.copy(((tag >> 5) << 8) | low, ((tag >> 2) & 7) + 4)
  else output.copy(low, (tag >> 2) + 1)
  return position + bytes
}

function varint(input: Buffer): { value: number; next: number } {
  let value = 0
  for (let i = 0; i < 5; i++) {
    const byte = input[i]
    if (byte === undefined) break
    value += (byte & 127) * 2 ** (7 * i)
    if (byte < 128) return { value, next: i + 1 }
  }
  throw damaged('snappy without a length')
}
