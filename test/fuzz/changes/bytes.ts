import type { Choices } from '../../torture/random.ts'
import type { Change } from '../draw.ts'

const BYTES = [0, 1, 2, 0x0a, 0x22, 0x7f, 0x80, 0xfe, 0xff]
const NUMBERS = [0, 1, -1, 2, 127, 128, 255, 256, 32_767, -32_768, 65_535, 2 ** 31 - 1, -(2 ** 31), 2 ** 32 - 1]
const MOST_REPEATS = 200

export const BYTE_CHANGES: readonly Change[] = [
  flipBit,
  setByte,
  cutOff,
  cutOut,
  splice,
  repeat,
  putNumber,
  putVarint,
  insert,
]

function flipBit(input: Buffer, _: Buffer, choices: Choices): Buffer {
  const at = place(input, choices)
  return withBytes(input, at, [(input[at] ?? 0) ^ (1 << choices.between(0, 7))])
}

function setByte(input: Buffer, _: Buffer, choices: Choices): Buffer {
  return withBytes(input, place(input, choices), [choices.one(BYTES)])
}

function cutOff(input: Buffer, _: Buffer, choices: Choices): Buffer {
  return input.subarray(0, place(input, choices))
}

function cutOut(input: Buffer, _: Buffer, choices: Choices): Buffer {
  const [from, to] = stretch(input, choices)
  return Buffer.concat([input.subarray(0, from), input.subarray(to)])
}

function splice(input: Buffer, other: Buffer, choices: Choices): Buffer {
  return Buffer.concat([input.subarray(0, place(input, choices)), other.subarray(place(other, choices))])
}

function repeat(input: Buffer, _: Buffer, choices: Choices): Buffer {
  const [from, to] = stretch(input, choices)
  const again = Array.from({ length: choices.between(1, MOST_REPEATS) }, () => input.subarray(from, to))
  return Buffer.concat([input.subarray(0, to), ...again, input.subarray(to)])
}

/** Where a length or a count may stand. */
function putNumber(input: Buffer, _: Buffer, choices: Choices): Buffer {
  const size = choices.one([2, 4, 8])
  const number = Buffer.alloc(8)
  number.writeBigInt64BE(BigInt(choices.one(NUMBERS)))
  const bytes = number.subarray(8 - size)
  return withBytes(input, place(input, choices), [...(choices.chance(0.5) ? bytes : bytes.reverse())])
}

function putVarint(input: Buffer, _: Buffer, choices: Choices): Buffer {
  const long = choices.between(0, 11)
  const bytes = [
    ...Array.from({ length: long }, () => choices.one([0x80, 0xff, 0xfe])),
    choices.one([0, 1, 0x7e, 0x7f]),
  ]
  return withBytes(input, place(input, choices), bytes)
}

function insert(input: Buffer, _: Buffer, choices: Choices): Buffer {
  const at = place(input, choices)
  const bytes = Array.from({ length: choices.between(1, 8) }, () => choices.between(0, 255))
  return Buffer.concat([input.subarray(0, at), Buffer.from(bytes), input.subarray(at)])
}

function withBytes(input: Buffer, at: number, bytes: readonly number[]): Buffer {
  return Buffer.concat([input.subarray(0, at), Buffer.from(bytes), input.subarray(at + bytes.length)])
}

function place(input: Buffer, choices: Choices): number {
  return choices.between(0, Math.max(0, input.length - 1))
}

/** Mostly a short one. */
function stretch(input: Buffer, choices: Choices): readonly [number, number] {
  const from = place(input, choices)
  const most = choices.chance(0.8) ? Math.min(input.length, from + 16) : input.length
  return [from, choices.between(from, most)]
}
