/** A deterministic source of chance: the same seed gives the same numbers on every machine. */
export type Random = Readonly<{
  /** A whole number from 0 to 2^32 − 1. */
  next(): number
  /** A whole number from 0 to `below` − 1. */
  below(below: number): number
  /** From 0 to 1, without 1. */
  unit(): number
}>

/** sfc32 by Chris Doty-Humphrey (PractRand): four additions and shifts a number, no multiplication, period ~2^127. */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9
  let b = 0x243f6a88
  let c = seed | 0
  let counter = 1

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return sum >>> 0
  }

  // The first numbers of neighbouring seeds resemble one another.
  for (let i = 0; i < 16; i++) next()
  return { next, below: (below) => Math.floor((next() / 0x1_0000_0000) * below), unit: () => next() / 0x1_0000_0000 }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** An id in the form of a UUID, from chance. */
export function randomId({ next }: Random): string {
  const a = next()
  const b = next()
  const c = next()
  const d = next()
  return `${hex(a)}-${hex(b, 2)}-4${hex(b, 0, 2).slice(1)}-a${hex(c, 2).slice(1)}-${hex(c, 0, 2)}${hex(d)}`
}

function hex(number: number, from = 0, to = 4): string {
  let text = ''
  for (let byte = from; byte < to; byte++) text += HEX[(number >>> (byte * 8)) & 255]
  return text
}
