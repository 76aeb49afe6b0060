import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault } from '../../fault.ts'
import { decompressLz4 } from './lz4.ts'
import { decompressSnappy } from './snappy.ts'

// 'abc', then 6 bytes from 3 back, written by hand from the formats' descriptions.
const SNAPPY = Buffer.from([9, 0b1000, 0x61, 0x62, 0x63, 0b01001, 3])
const LZ4_BLOCK = [0x32, 0x61, 0x62, 0x63, 3, 0, 0x00]
const LZ4 = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0, LZ4_BLOCK.length, 0, 0, 0, ...LZ4_BLOCK, 0, 0, 0, 0])

test('a copy may overlap with what it writes', () => {
  expect(decompressSnappy(SNAPPY).toString()).toBe('abcabcabc')
  expect(decompressLz4(LZ4).toString()).toBe('abcabcabc')
})

test.each([
  ['snappy', decompressSnappy, SNAPPY],
  ['lz4', decompressLz4, LZ4],
])('damaged %s ends in a Fault or in bytes, never in a crash or an endless loop', (_, decompress, valid) => {
  // Nothing is returned: a property that returns false has failed.
  const expectSane = (input: Buffer): void => {
    expect(attempt(decompress, input)).toBeOneOf(['bytes', 'fault'])
  }
  for (let length = 0; length < valid.length; length++) expectSane(valid.subarray(0, length))
  fc.assert(
    fc.property(fc.nat(valid.length - 1), fc.nat(255), (at, byte) => {
      const changed = Buffer.from(valid)
      changed[at] = byte
      expectSane(changed)
    }),
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectSane(Buffer.from(bytes))))
})

test('a copy from before the beginning is refused', () => {
  expect(() => decompressSnappy(Buffer.from([4, 0b00001, 3]))).toThrow('before the beginning')
})

function attempt(decompress: (input: Buffer) => Buffer, input: Buffer): unknown {
  try {
    return Buffer.isBuffer(decompress(input)) ? 'bytes' : 'something else'
  } catch (error) {
    return error instanceof Fault ? 'fault' : error
  }
}
