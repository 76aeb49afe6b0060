import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalOf } from './decimal.ts'

function read(text: string): number {
  const bytes = new TextEncoder().encode(`${text}9`)
  return decimalOf(bytes, 0, bytes.length - 1)
}

test('is the nearest double, as JavaScript reads it', () => {
  const numbers = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(fc.integer(), fc.nat({ max: 999_999_999 })).map(([whole, digits]) => `${whole}.${digits}`),
    fc.integer({ min: 0, max: 99_999 }).map((cents) => (cents / 100).toFixed(2)),
  )
  fc.assert(
    fc.property(numbers, (text) => {
      expect(read(text)).toBe(Number(text))
    }),
  )
})

test.each(['', '-', '.', '1.2.3', '1,5', '0x10', 'Infinity', '1e999', '12 ', '£12', '--1'])('%s is none', (text) => {
  expect(read(text)).toBeNaN()
})

test.each([
  ['5.', 5],
  ['.5', 0.5],
  ['+3', 3],
  ['1E2', 100],
])('%s', (text, value) => {
  expect(read(text)).toBe(value)
})
