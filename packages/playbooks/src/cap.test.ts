import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitsUnder } from './cap.ts'
import { othersAt } from './testing/sample-input.ts'

const fits = (others: readonly number[], at: number, cap: { contacts: number; withinMs: number }) =>
  fitsUnder(othersAt(...others), { at, priority: 50 }, [cap])

test.each([
  ['two in ten: a third between two that are far apart', [0, 18], 9, true],
  ['two in ten: a third close to two that are close', [0, 4], 9, false],
  ['two in ten: windows are open at the end', [0, 4], 10, true],
])('%s', (_, others, at, expected) => {
  expect(fits(others, at, { contacts: 2, withinMs: 10 })).toBe(expected)
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
        for (const at of planned) if (fits(sent, at, { contacts, withinMs })) sent.push(at)
        return sent.every((start) => sent.filter((time) => time >= start && time < start + withinMs).length <= contacts)
      },
    ),
  )
})

test('one that waits far from the window that is too full gives way to nothing', () => {
  const [before, now, later] = othersAt(0, 4, 14)
  const others = [before!, now!, { ...later!, pending: true, priority: 1 }]
  expect(fitsUnder(others, { at: 9, priority: 50 }, [{ contacts: 2, withinMs: 10 }])).toBe(false)
})
