import { describe, expect, test } from 'vitest'
import type { Quota, Quotas } from '@perennial/runtime'
import { NOON } from '@perennial/testkit'

const HOUR = 3_600_000
const TWO_AN_HOUR: Quota = { name: 'play:win-back', most: 2, withinMs: HOUR }

/** What every adapter of `Quotas` must do. `make` answers one of which nobody has taken anything. */
export function quotasFeatures(name: string, make: () => Quotas): void {
  describe(`${name} as quotas`, () => {
    const ask = (id: string, at = NOON, quotas: readonly Quota[] = [TWO_AN_HOUR]) => ({ id, at, quotas })
    const alert = (id: string, worth: number, at = NOON) =>
      ask(id, at, [{ name: 'owner:ops', most: 2, withinMs: HOUR, worth }])

    test('so many pass in any window, in order, and no more', async () => {
      const quotas = make()
      const answers = await quotas.claim([ask('i-1'), ask('i-2'), ask('i-3')])
      expect(answers).toEqual([undefined, undefined, 'play:win-back'])
      expect(await quotas.claim([ask('i-4', NOON + HOUR - 1)])).toEqual(['play:win-back'])
      expect(await quotas.claim([ask('i-4', NOON + HOUR)])).toEqual([undefined])
    })

    test('who has a place keeps it, and takes no second one', async () => {
      const quotas = make()
      await quotas.claim([ask('i-1'), ask('i-1'), ask('i-2')])
      expect(await quotas.claim([ask('i-1')])).toEqual([undefined])
      expect(await quotas.view([ask('i-1'), ask('i-3')])).toEqual([
        [{ taken: 1, above: 0, mine: true }],
        [{ taken: 2, above: 0, mine: false }],
      ])
    })

    test('of many who ask at once, no more than may pass get a place', async () => {
      const quotas = make()
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => quotas.claim([ask(`i-${n}`)])))
      expect(answers.flat().filter((full) => full === undefined)).toHaveLength(2)
    })

    test('with something at stake, a place is for the weightiest of the window, though there is room', async () => {
      const quotas = make()
      expect(await quotas.claim([alert('i-1', 50), alert('i-2', 40)])).toEqual([undefined, undefined])
      // An hour later both places are free again, but what asked half an hour ago still counts.
      expect(await quotas.claim([alert('i-3', 30, NOON + HOUR / 2)])).toEqual(['owner:ops'])
      expect(await quotas.claim([alert('i-4', 45, NOON + HOUR / 2)])).toEqual(['owner:ops'])
      expect(await quotas.view([alert('i-5', 20, NOON + HOUR)])).toEqual([[{ taken: 0, above: 2, mine: false }]])
      expect(await quotas.claim([alert('i-5', 20, NOON + HOUR), alert('i-6', 40, NOON + HOUR)])).toEqual([
        'owner:ops',
        undefined,
      ])
    })

    test('a place in every quota or in none', async () => {
      const quotas = make()
      const other: Quota = { name: 'owner:ops', most: 1, withinMs: HOUR }
      expect(await quotas.claim([ask('i-1', NOON, [TWO_AN_HOUR, other])])).toEqual([undefined])
      expect(await quotas.claim([ask('i-2', NOON, [TWO_AN_HOUR, other])])).toEqual(['owner:ops'])
      expect(await quotas.view([ask('i-3')])).toEqual([[{ taken: 1, above: 0, mine: false }]])
    })

    test('asks for nothing: nothing stands in the way', async () => {
      expect(await make().claim([ask('i-1', NOON, [])])).toEqual([undefined])
    })
  })
}
