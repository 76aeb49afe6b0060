import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { RecentIds, WINDOW } from './recent-ids.ts'

test('knows what a plain map of the last 4,096 offsets knows', () => {
  // Few ids and large steps, so that every case of the window's edge comes up; equal buckets, so that chains are long.
  const step = fc.record({ gap: fc.constantFrom(1, 1, 1, 2, 700, 4_095, 4_096, 4_097, 9_000), id: fc.nat(12) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const ids = new RecentIds()
      const last = new Map<number, number>()
      let offset = 0
      for (const { gap, id } of steps) {
        offset += gap
        const lo = (id % 3) + 8_192 * (id % 2)
        const key = id
        const before = last.get(key)
        const expected = before !== undefined && before >= offset - WINDOW
        if (ids.has(offset, id, lo) !== expected) return false
        ids.add(offset, id, lo)
        last.set(key, offset)
      }
      return true
    }),
    { numRuns: 500 },
  )
})

test('a record that is judged again does not see itself', () => {
  const ids = new RecentIds()
  ids.add(5, 1, 2)
  expect(ids.has(5, 1, 2)).toBe(false)
  ids.add(5, 1, 2)
  expect(ids.has(6, 1, 2)).toBe(true)
})

test('forgets everything when it is told to', () => {
  const ids = new RecentIds()
  ids.add(5, 1, 2)
  ids.clear()
  expect(ids.has(6, 1, 2)).toBe(false)
})
