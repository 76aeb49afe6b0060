import { DAY_MS } from '@perennial/member'
import type { MemberRiskV1 } from '@perennial/streams'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fact, T0, TP } from './owner.fixture.ts'
import { JOINED, openScoringWorld, type ScoringWorld } from './scoring.fixture.ts'

let world: ScoringWorld
beforeEach(async () => void (world = await openScoringWorld()))
afterEach(() => world.release())

describe('law 2: a Redis that has lost state heals', () => {
  test('Redis that comes back with less rewinds the log, and does not skip', async () => {
    await world.produce(fact(0, JOINED))
    await world.produce(fact(1))
    const sought: number[] = []
    const scoring = world.owner(sought)
    await scoring.assigned(TP)
    await scoring.batch(world.batch(1))
    expect(sought).toEqual([0])
  })

  test('a loss is noticed though nothing comes in, and is folded again without effects, however often', async () => {
    await world.produce(fact(0, JOINED))
    const sought: number[] = []
    const scoring = world.owner(sought)
    await scoring.assigned(TP)
    await scoring.batch(world.batch())
    await scoring.verify()
    expect([sought, world.heardUntil]).toEqual([[], 1])
    for (const times of [1, 2]) {
      await world.redis.del(...(await world.stateKeys()))
      await scoring.verify()
      expect(sought).toEqual(Array.from({ length: times }, () => 0))
      await scoring.batch(world.batch())
      await scoring.verify()
      expect(world.risks().at(-1)).toMatchObject({ memberId: 'anna', version: 1, replay: true })
    }
    await world.produce(fact(1, { kind: 'membership', change: { paymentFailed: true } }))
    await scoring.batch(world.batch(1))
    expect(world.risks().at(-1)).toMatchObject({ version: 2, replay: false })
  })

  test.each(['is noticed though nothing comes in', 'is noticed by the next commit'])(
    'a sweep that Redis has lost %s, and is done again',
    async (how) => {
      await world.produce(fact(0, JOINED))
      const sought: number[] = []
      const scoring = world.owner(sought)
      await scoring.assigned(TP)
      await scoring.batch(world.batch())
      const before = await world.dumped()
      world.clock.set(T0 + 300 * DAY_MS)
      await scoring.sweep(false)
      const bySilence = (said: MemberRiskV1[]) => said.filter(({ cause }) => cause === 'silence')
      const said = world.risks()
      expect(bySilence(said)).not.toEqual([])
      await world.restored(before)

      await world.produce(fact(300))
      if (how.includes('nothing')) await scoring.verify()
      else await scoring.batch(world.batch(1))
      expect(sought).toEqual([1])
      await scoring.sweep(false)
      // Once more with the same versions: who reads them drops what he has seen.
      expect(bySilence(world.risks().slice(said.length))).toEqual(bySilence(said))
      await scoring.batch(world.batch(1))
      expect(world.risks().at(-1)?.version).toBeGreaterThanOrEqual(said.at(-1)?.version ?? Infinity)
    },
  )

  test('after a loss, silence that was over by then is history, and later silence is not', async () => {
    await world.produce(fact(0, JOINED))
    world.heardUntil = 1
    world.clock.set(T0 + 300 * DAY_MS)
    const scoring = world.owner()
    await scoring.assigned(TP)
    await scoring.batch(world.batch())
    await scoring.sweep(false)
    world.clock.set(T0 + 366 * DAY_MS)
    await scoring.sweep(false)
    const bySilence = world.risks().filter(({ cause }) => cause === 'silence')
    const expected = bySilence.map(({ asOf }) => asOf <= T0 + 300 * DAY_MS)
    expect(bySilence.map(({ replay }) => replay)).toEqual(expected)
    expect(new Set(expected)).toEqual(new Set([true, false]))
  })

  test('a partition that was given up in an outage is taken over again without a fact coming in', async () => {
    await world.produce(fact(0, JOINED))
    const scoring = world.owner()
    await scoring.assigned(TP)
    await scoring.batch(world.batch())
    world.redis.disconnect(true)
    await expect(scoring.verify()).rejects.toThrow('writeable')
    expect(scoring.owned).toEqual([])
    const ownedAgain = async () => {
      await scoring.verify().catch(() => undefined)
      return scoring.owned
    }
    await expect.poll(ownedAgain).toEqual([0])
  })
})
