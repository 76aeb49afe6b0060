import { describe, expect, test } from 'vitest'
import { DAY_MS } from '@perennial/member'
import type { Clock, Ledger, LedgerBounds, LedgerEntry, LedgerRange } from '@perennial/runtime'
import { NOON, sampleEntry, settableClock } from '@perennial/testkit'

const BOUNDS: LedgerBounds = { retentionMs: 30 * DAY_MS, perMember: 20 }
const EVER: LedgerRange = { from: 0, to: Infinity }

async function exported(ledger: Ledger, range: LedgerRange): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = []
  for await (const page of ledger.pages(range)) entries.push(...page.entries)
  return entries
}

/** What every adapter of `Ledger` must do. `open` answers an empty one. */
export function ledgerFeatures(name: string, open: (bounds: LedgerBounds, clock: Clock) => Ledger): void {
  const make = (clock: Clock = settableClock(NOON)) => open(BOUNDS, clock)

  describe(`${name} as a ledger`, () => {
    test('an entry is kept as it was recorded, and the first of an id stays', async () => {
      const ledger = make()
      await ledger.record([sampleEntry()])
      await ledger.record([sampleEntry({ decision: 'hold', reason: 'cap' })])
      expect(
        await ledger.find([
          { memberId: 'M1', id: 'i-1' },
          { memberId: 'M2', id: 'i-1' },
        ]),
      ).toEqual([sampleEntry(), undefined])
      expect(await ledger.totals()).toEqual({ 'win-back': { send: 1 } })
    })

    test("a member's decisions come newest first", async () => {
      const ledger = make()
      await ledger.record([1, 3, 2].map((n) => sampleEntry({ id: `i-${n}`, decidedAt: NOON + n })))
      await ledger.record([sampleEntry({ id: 'i-9', memberId: 'M2' })])
      expect((await ledger.ofMember('M1')).map(({ id }) => id)).toEqual(['i-3', 'i-2', 'i-1'])
      expect((await ledger.ofMember('M1', 1)).map(({ id }) => id)).toEqual(['i-3'])
      expect(await ledger.ofMember('nobody')).toEqual([])
    })

    test('the latest of all members, whatever their ids look like', async () => {
      const ledger = make()
      await ledger.record(
        ['a', 'b|c', 'd'].map((memberId, n) => sampleEntry({ id: `i-${n}`, memberId, decidedAt: NOON + n })),
      )
      expect((await ledger.recent(2)).map(({ memberId }) => memberId)).toEqual(['d', 'b|c'])
    })

    test('a member keeps no more decisions than was set, the latest', async () => {
      const ledger = make()
      await ledger.record(Array.from({ length: 25 }, (_, n) => sampleEntry({ id: `i-${n}`, decidedAt: NOON + n })))
      const kept = await ledger.ofMember('M1')
      expect(kept).toHaveLength(20)
      expect(kept.at(-1)?.id).toBe('i-5')
      expect(await ledger.find([{ memberId: 'M1', id: 'i-4' }])).toEqual([undefined])
    })

    test('what is older than the ledger keeps is neither told nor taken in', async () => {
      const clock = settableClock(NOON)
      const ledger = make(clock)
      await ledger.record([sampleEntry(), sampleEntry({ id: 'i-2', decidedAt: NOON + DAY_MS })])
      clock.advance(30 * DAY_MS + 1)
      expect((await ledger.ofMember('M1')).map(({ id }) => id)).toEqual(['i-2'])
      expect((await exported(ledger, EVER)).map(({ id }) => id)).toEqual(['i-2'])
      await ledger.record([sampleEntry({ id: 'i-3' })])
      expect(await ledger.find([{ memberId: 'M1', id: 'i-3' }])).toEqual([undefined])
    })

    test('all of a range is told member by member, each the oldest first, whatever the names look like', async () => {
      const ledger = make()
      const names = ['', '1', 'a|b', '(x', '[y', 'é', ...Array.from({ length: 120 }, (_, n) => `M-${n}`)]
      for (const memberId of names)
        await ledger.record(
          [2, 1, 3].map((n) => sampleEntry({ id: `i-${n}-${memberId}`, memberId, decidedAt: NOON + n })),
        )
      expect(await ledger.members()).toBe(names.length)
      const told = await exported(ledger, { from: NOON + 1, to: NOON + 3 })
      expect(Map.groupBy(told, ({ memberId }) => memberId).size).toBe(names.length)
      expect(told).toHaveLength(2 * names.length)
      for (const own of Map.groupBy(told, ({ memberId }) => memberId).values())
        expect(own.map(({ decidedAt }) => decidedAt - NOON)).toEqual([1, 2])
    })

    test('the outcome is added to the decision; it is counted once, and its last word stays', async () => {
      const ledger = make()
      const ref = { memberId: 'M1', id: 'i-1' }
      await ledger.record([sampleEntry(), sampleEntry({ id: 'i-2', decision: 'hold', reason: 'cap' })])
      await ledger.close(ref, { outcome: 'failed', at: NOON, channel: 'log' })
      await ledger.close(ref, { outcome: 'delivered', at: NOON + 1, channel: 'log' })
      expect((await ledger.find([ref]))[0]?.outcome).toEqual({ outcome: 'delivered', at: NOON + 1, channel: 'log' })
      expect(await ledger.totals()).toEqual({ 'win-back': { send: 1, 'hold:cap': 1, 'outcome:failed': 1 } })
    })

    test('an outcome without its decision is let go', async () => {
      const ledger = make()
      await ledger.close({ memberId: 'M1', id: 'i-1' }, { outcome: 'delivered', at: NOON, channel: 'log' })
      expect(await ledger.ofMember('M1')).toEqual([])
    })

    test('of a member who is forgotten no entry is left, and the totals stay', async () => {
      const ledger = make()
      await ledger.record([sampleEntry(), sampleEntry({ id: 'i-2' }), sampleEntry({ id: 'i-3', memberId: 'M2|x' })])
      const totals = await ledger.totals()
      expect(await ledger.forget('M1')).toBe(2)
      expect(await ledger.ofMember('M1')).toEqual([])
      expect((await ledger.recent(9)).map(({ memberId }) => memberId)).toEqual(['M2|x'])
      expect(await ledger.totals()).toEqual(totals)
    })
  })
}
