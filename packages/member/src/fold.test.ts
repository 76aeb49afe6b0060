import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeRow, encodeRow } from './encode.ts'
import type { Fact } from './fact.ts'
import { activity, anyFacts, membership, OPEN, T0 } from './facts.fixture.ts'
import { clearFold, foldFact, foldTransfer } from './fold.ts'
import { countOf, decayedAmount, lastAtOf, newRows, RING_SIZE, RING_TIMES_AT, type Rows, SLOT, slot } from './rows.ts'
import { signalId } from './signals.ts'
import { readTail } from './tail.ts'
import { DAY_MS } from './time.ts'

function folded(facts: readonly Fact[]): Rows {
  const rows = newRows(1, OPEN)
  for (const fact of facts) foldFact(rows, 0, fact)
  return rows
}

/** Largest difference of any number, relative to its size; rings are compared as sets. */
function difference(a: Rows, b: Rows): number {
  const [left, right] = [comparable(a), comparable(b)]
  expect(left.ring).toEqual(right.ring)
  expect(left.tail).toEqual(right.tail)
  return Math.max(...left.numbers.map((x, n) => Math.abs(x - (right.numbers[n] ?? NaN)) / Math.max(1, Math.abs(x))))
}

function comparable(rows: Rows) {
  const ring = Array.from({ length: RING_SIZE }, (_, n) => [
    rows.f64[RING_TIMES_AT + n],
    rows.u32[(RING_TIMES_AT + RING_SIZE + n) * 2],
    rows.u32[(RING_TIMES_AT + RING_SIZE + n) * 2 + 1],
  ])
  const numbers = [...rows.f64]
  numbers.splice(RING_TIMES_AT, 2 * RING_SIZE)
  return { numbers, ring: ring.map(String).toSorted(), tail: readTail(rows, 0) }
}

describe('law 1: a row is a function of its facts', () => {
  test('any order gives the same row', () => {
    fc.assert(
      fc.property(
        anyFacts(60, OPEN).chain((facts) =>
          fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })),
        ),
        ([facts, shuffled]) => {
          expect(difference(folded(facts), folded(shuffled))).toBeLessThan(1e-9)
        },
      ),
    )
  })

  test('any batching gives the same row: storing it between facts changes nothing', () => {
    fc.assert(
      fc.property(anyFacts(60, OPEN), fc.array(fc.nat(60)), (facts, cuts) => {
        let rows = newRows(1, OPEN)
        for (const [n, fact] of facts.entries()) {
          foldFact(rows, 0, fact)
          if (!cuts.includes(n)) continue
          const stored = encodeRow(rows, 0)
          rows = newRows(1, OPEN)
          decodeRow(stored, rows, 0)
        }
        expect(difference(folded(facts), rows)).toBe(0)
      }),
    )
  })

  test('repeats change nothing while the ring remembers', () => {
    const anyRepeats = anyFacts(RING_SIZE, OPEN).chain((facts) =>
      fc.tuple(fc.constant(facts), fc.array(fc.nat(Math.max(0, facts.length - 1)), { maxLength: 40 })),
    )
    fc.assert(
      fc.property(anyRepeats, ([facts, again]) => {
        const repeats = again.map((n) => facts[n]).filter((fact) => fact !== undefined)
        expect(difference(folded(facts), folded([...facts, ...repeats]))).toBe(0)
      }),
    )
  })

  test('a repeat older than the ring is not recognised: the limit is real', () => {
    const busy = Array.from({ length: RING_SIZE + 1 }, (_, n) => activity(`f${n}`, n))
    const rows = folded([...busy, activity('f0', 0)])
    expect(countOf(rows, 0, 0)).toBe(RING_SIZE + 2)
  })
})

describe('what a row says', () => {
  test('an amount halves with each half-life', () => {
    const rows = folded([activity('a', 0)])
    expect(decayedAmount(rows, 0, 0, 0, T0 + 30 * DAY_MS)).toBeCloseTo(0.5, 12)
    expect(decayedAmount(rows, 0, 0, 1, T0 + 180 * DAY_MS)).toBeCloseTo(0.25, 12)
    expect(decayedAmount(rows, 0, 0, 2, T0)).toBeCloseTo(1, 12)
  })

  test('what a machine may have made counts by its trust and ends no silence', () => {
    const rows = folded([activity('a', 0), activity('b', 9, { trust: 0.1 })])
    expect(lastAtOf(rows, 0, 0)).toBe(T0)
    expect(slot(rows, 0, SLOT.lastAt)).toBe(T0)
    expect(decayedAmount(rows, 0, 0, 2, T0 + 9 * DAY_MS)).toBeCloseTo(2 ** (-9 / 365) + 0.1, 12)
  })

  test('friction is no engagement', () => {
    const rows = folded([activity('a', 3, { signal: signalId('event_missed') })])
    expect(slot(rows, 0, SLOT.lastAt)).toBe(0)
    expect(countOf(rows, 0, signalId('event_missed'))).toBe(1)
  })

  test('an open signal is engagement, unless its deployment calls it friction', () => {
    const posted = activity('a', 3, { signal: OPEN.open('forum', 'posted')?.id ?? NaN })
    const missed = activity('b', 5, { signal: OPEN.open('shift', 'missed')?.id ?? NaN })
    const rows = folded([posted, missed])
    expect(slot(rows, 0, SLOT.lastAt)).toBe(posted.at)
    expect(lastAtOf(rows, 0, missed.signal)).toBe(missed.at)
    expect(decayedAmount(rows, 0, posted.signal, 0, posted.at + 30 * DAY_MS)).toBeCloseTo(0.5, 12)
  })

  test('emptied of what it folded, it keeps nothing of any signal', () => {
    const rows = folded([activity('a', 3), activity('b', 3, { signal: OPEN.signals.length - 1 })])
    clearFold(rows, 0)
    expect(OPEN.signals.map(({ id }) => countOf(rows, 0, id))).toEqual(OPEN.signals.map(() => 0))
    expect(slot(rows, 0, SLOT.lastAt)).toBe(0)
  })

  test('our own outreach never engages, whatever became of it', () => {
    const { kind: _, signal: __, amount: ___, trust: ____, ...common } = activity('o', 5)
    const rows = folded([activity('a', 0), { ...common, kind: 'outcome', outcome: 'delivered' }])
    expect(slot(rows, 0, SLOT.lastAt)).toBe(T0)
    expect(slot(rows, 0, SLOT.contactedAt)).toBe(T0 + 5 * DAY_MS)
  })

  test('membership data that was said later wins, whenever it arrives', () => {
    const rows = folded([
      membership('b', 2, { tier: 'gold', consent: { marketing: false }, autoRenew: true }),
      membership('a', 1, { tier: 'silver', chapter: 'north', consent: { marketing: true }, autoRenew: false }),
    ])
    expect(readTail(rows, 0)).toMatchObject({
      tier: 'gold',
      chapter: 'north',
      consent: { marketing: { granted: false } },
    })
    expect(slot(rows, 0, SLOT.autoRenew)).toBe(2)
  })

  test('text longer than a row holds is cut, at any character', () => {
    const rows = folded([membership('a', 1, { tier: 'ü'.repeat(300) })])
    const stored = encodeRow(rows, 0)
    expect(() => decodeRow(stored, newRows(1, OPEN), 0)).not.toThrow()
  })
})

describe('a transfer', () => {
  test('adds an alias to its member as if its facts had been the member’s', () => {
    fc.assert(
      fc.property(
        anyFacts(30, OPEN).map((facts) => facts.filter(({ kind }) => kind === 'activity')),
        fc.nat(30),
        (facts, cut) => {
          const together = folded(facts)
          const member = folded(facts.slice(0, cut))
          foldTransfer(member, 0, encodeRow(folded(facts.slice(cut)), 0), 1)
          expect(difference(together, member)).toBeLessThan(1e-9)
        },
      ),
    )
  })

  test('taken back, leaves the sums and counts of the member alone', () => {
    const own = [activity('a', 0), activity('b', 4, { signal: 3 })]
    const alias = encodeRow(
      folded([activity('c', 1), activity('d', 2, { signal: 5 }), activity('e', 2, { signal: 17 })]),
      0,
    )
    const rows = folded(own)
    foldTransfer(rows, 0, alias, 1)
    foldTransfer(rows, 0, alias, -1)
    const expected = folded(own)
    for (const signal of [0, 3, 5, 17]) {
      expect(countOf(rows, 0, signal)).toBe(countOf(expected, 0, signal))
      for (const h of [0, 1, 2])
        expect(decayedAmount(rows, 0, signal, h, T0 + 9 * DAY_MS)).toBeCloseTo(
          decayedAmount(expected, 0, signal, h, T0 + 9 * DAY_MS),
          12,
        )
    }
  })
})
