import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantOf } from './instant.ts'

function read(text: string): number {
  const bytes = new TextEncoder().encode(`${text}0`)
  return instantOf(bytes, 0, bytes.length - 1)
}

const anyTime = fc.integer({ min: Date.UTC(1, 0, 1) + 1e12, max: Date.UTC(9999, 11, 31) })

test('reads what JavaScript writes, and agrees with its reader', () => {
  fc.assert(
    fc.property(anyTime, fc.integer({ min: -840, max: 840 }), (at, minutes) => {
      const iso = new Date(at).toISOString()
      expect(read(iso)).toBe(at)
      expect(read(iso.slice(0, 10))).toBe(Date.parse(iso.slice(0, 10)))
      expect(read(`${iso.slice(0, 16)}Z`)).toBe(Date.parse(`${iso.slice(0, 16)}Z`))
      const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
      const offset = `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`
      expect(read(iso.slice(0, 19) + offset)).toBe(Date.parse(iso.slice(0, 19) + offset))
    }),
  )
})

test.each([
  ['2024-03-01', Date.UTC(2024, 2, 1)],
  ['2024-02-29T09:30', Date.UTC(2024, 1, 29, 9, 30)],
  ['2024-02-29 09:30:01', Date.UTC(2024, 1, 29, 9, 30, 1)],
  ['2024-02-29t09:30:01z', Date.UTC(2024, 1, 29, 9, 30, 1)],
  ['2024-02-29T09:30:01.5Z', Date.UTC(2024, 1, 29, 9, 30, 1, 500)],
  ['2024-02-29T09:30:01,123456789Z', Date.UTC(2024, 1, 29, 9, 30, 1, 123)],
  ['2024-02-29T09:30+0200', Date.UTC(2024, 1, 29, 7, 30)],
  ['2024-02-29T09:30:00-05', Date.UTC(2024, 1, 29, 14, 30)],
  ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ['2000-02-29', Date.UTC(2000, 1, 29)],
])('%s', (text, at) => {
  expect(read(text)).toBe(at)
})

test.each([
  '',
  '2024',
  '2024-3-1',
  '2024-13-01',
  '2024-00-10',
  '2024-04-31',
  '2023-02-29',
  '1900-02-29',
  '0000-01-01',
  '20240301T000000Z',
  '2024-03-01T',
  '2024-03-01T9:30',
  '2024-03-01T24:00',
  '2024-03-01T09:60',
  '2024-03-01T09:30:61',
  '2024-03-01T09:30:00.Z',
  '2024-03-01T09:30:00Zulu',
  '2024-03-01T09:30:00+2:00',
  '2024-03-01T09:30:00+02:60',
  '2024-03-01T09:30:0',
  '01/03/2024',
  '1709251200000',
])('%s is no time', (text) => {
  expect(read(text)).toBeNaN()
})
