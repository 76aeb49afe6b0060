import { describe, expect, test } from 'vitest'
import type { RiskProjection } from '@perennial/runtime'
import { sampleRisk } from '@perennial/testkit'

/** What every adapter of `RiskProjection` must do. `make` answers an empty one over several partitions. */
export function riskProjectionFeatures(name: string, make: () => RiskProjection): void {
  describe(`${name} as a risk list`, () => {
    test('of members who never were above low, nothing is kept', async () => {
      const list = make()
      expect(await list.upsert(0, [sampleRisk({ band: 'low' })])).toBe(0)
      expect(await list.versions(0, ['M1'])).toEqual([undefined])
    })

    test('an older version never replaces a newer one, and is counted as seen', async () => {
      const list = make()
      expect(await list.upsert(0, [sampleRisk({ version: 5 })])).toBe(0)
      expect(await list.upsert(0, [sampleRisk({ version: 5 }), sampleRisk({ version: 4, band: 'medium' })])).toBe(2)
      expect(await list.versions(0, ['M1', 'M2'])).toEqual([5, undefined])
      expect([await list.count('high'), await list.count('medium')]).toEqual([1, 0])
    })

    test('a member stands in one band, and in none when it is low or the membership has lapsed', async () => {
      const list = make()
      const counts = async () => [await list.count('medium'), await list.count('high')]
      await list.upsert(0, [sampleRisk({ version: 1 })])
      expect(await counts()).toEqual([0, 1])
      await list.upsert(0, [sampleRisk({ version: 2, band: 'medium' })])
      expect(await counts()).toEqual([1, 0])
      await list.upsert(0, [sampleRisk({ version: 3, band: 'low' })])
      expect(await counts()).toEqual([0, 0])
      await list.upsert(0, [sampleRisk({ version: 4 })])
      await list.upsert(0, [sampleRisk({ version: 5, status: 'lapsed' })])
      expect(await counts()).toEqual([0, 0])
      // The version stays, so what is delivered again does not bring the member back.
      expect(await list.upsert(0, [sampleRisk({ version: 4 })])).toBe(1)
      expect(await counts()).toEqual([0, 0])
    })

    test('those with the most at stake come first, page by page; without dues, those at most risk', async () => {
      const list = make()
      const stakes: [string, number, number][] = [
        ['a', 10, 0.5],
        ['b', 300, 0.6],
        ['c', 0, 0.9],
        ['d', 0, 0.95],
        ['e', 20, 0.1],
      ]
      await list.upsert(
        0,
        stakes.map(([memberId, valueAtRisk, lapseRisk]) => sampleRisk({ memberId, valueAtRisk, lapseRisk })),
      )
      const ids = async (limit: number, offset?: number) =>
        (await list.top('high', offset === undefined ? { limit } : { limit, offset })).map(({ memberId }) => memberId)
      expect(await ids(10)).toEqual(['b', 'e', 'a', 'd', 'c'])
      expect(await ids(2, 2)).toEqual(['a', 'd'])
    })

    test('a risk comes back as it was', async () => {
      const list = make()
      await list.upsert(0, [sampleRisk()])
      expect((await list.top('high', { limit: 1 }))[0]).toEqual(sampleRisk())
    })

    test('of a member who is forgotten not even the version is left', async () => {
      const list = make()
      await list.upsert(0, [sampleRisk({ version: 7 }), sampleRisk({ memberId: 'M2', version: 3 })])
      expect(await list.forget(0, ['M1'])).toBe(1)
      expect(await list.versions(0, ['M1', 'M2'])).toEqual([undefined, 3])
      expect((await list.top('high', { limit: 9 })).map(({ memberId }) => memberId)).toEqual(['M2'])
      expect(await list.forget(0, [])).toBe(0)
    })
  })
}
