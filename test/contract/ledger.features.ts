import { describe, expect, test } from 'vitest'
import type { Ledger } from '@perennial/runtime'
import { NOON, sampleEntry } from '@perennial/testkit'

/** What every adapter of `Ledger` must do. `make` answers an empty one. */
export function ledgerFeatures(name: string, make: () => Ledger): void {
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

    test('a member keeps no more than 200 decisions, the latest', async () => {
      const ledger = make()
      await ledger.record(Array.from({ length: 205 }, (_, n) => sampleEntry({ id: `i-${n}`, decidedAt: NOON + n })))
      const kept = await ledger.ofMember('M1')
      expect(kept).toHaveLength(200)
      expect(kept.at(-1)?.id).toBe('i-5')
      expect(await ledger.find([{ memberId: 'M1', id: 'i-4' }])).toEqual([undefined])
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
  })
}
