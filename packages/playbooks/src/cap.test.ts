import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { breaksCap } from './cap.ts'

test.each([
  ['two in ten: a third between two that are far apart', [0, 18], 9, false],
  ['two in ten: a third close to two that are close', [0, 4], 9, true],
  ['two in ten: windows are open at the end', [0, 4], 10, false],
])('%s', (_, others, at, expected) => {
  expect(breaksCap(others, at, { contacts: 2, withinMs: 10 })).toBe(expected)
})

test('contacts let through one by one, in any order of planned times, never exceed the cap in any window', () => {
  const times = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 40 })
  fc.assert(
    fc.property(
      times,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 50 }),
      (planned, contacts, withinMs) => {
        const sent: number[] = []
        for (const at of planned) if (!breaksCap(sent, at, { contacts, withinMs })) sent.push(at)
        return sent.every((start) => sent.filter((time) => time >= start && time < start + withinMs).length <= contacts)
      },
    ),
  )
})
