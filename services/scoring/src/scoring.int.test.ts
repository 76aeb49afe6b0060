import { anonymousKey, DAY_MS, type Fact, HOUR_MS } from '@perennial/member'
import { starterModel } from '@perennial/risk'
import { topicOf, ACTIVITY_DEAD_TOPIC } from '@perennial/streams'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ANNA, fact, T0, TP } from './owner.fixture.ts'
import { JOINED, openScoringWorld, type ScoringWorld } from './scoring.fixture.ts'
import { ACTIVITY_TOPIC } from './scoring.ts'

let world: ScoringWorld
beforeEach(async () => void (world = await openScoringWorld()))
afterEach(() => world.release())

describe('law 3, live: a crossing is noticed though no event comes', () => {
  test('at its own time, to what a second makes, by whichever sweep looks next', async () => {
    await world.produce(fact(0, JOINED), fact(0.5))
    const scoring = world.owner()
    world.clock.set(T0 + DAY_MS / 2)
    await scoring.assigned(TP)
    await scoring.batch(world.batch())
    while (world.risks().at(-1)?.band === 'low' && world.clock.now() < T0 + 400 * DAY_MS) {
      world.clock.advance(HOUR_MS)
      await scoring.sweep(false)
    }
    const crossed = world.risks().at(-1)
    expect(crossed).toMatchObject({ cause: 'silence', previousBand: 'low', band: 'medium' })
    expect(crossed?.asOf).toBeLessThanOrEqual(world.clock.now())
    expect(crossed?.asOf).toBeGreaterThan(world.clock.now() - HOUR_MS)

    // The risk is continuous in time here: when it was found it had just reached the threshold.
    const { enter } = starterModel().bands.medium
    expect((crossed?.lapseRisk ?? 0) - enter).toBeGreaterThanOrEqual(0)
    expect((crossed?.lapseRisk ?? 1) - enter).toBeLessThan(1e-6)
  })
})

test('silence up to now is not judged while facts that break it wait in the partition', async () => {
  await world.produce(fact(0, JOINED), fact(1))
  for (let day = 2; day < 200; day++) await world.produce(fact(day))
  const scoring = world.owner()
  world.clock.set(T0 + 200 * DAY_MS)
  await scoring.assigned(TP)
  const unread = world.batch()
  await scoring.batch({ ...unread, records: unread.records.slice(0, 1) })
  world.clock.advance(1_000)
  await scoring.sweep(false)
  expect(world.risks().filter(({ cause }) => cause === 'silence')).toEqual([])
  await scoring.batch(world.batch(1))
  expect(world.risks().filter(({ cause }) => cause === 'silence')).toEqual([])
})

describe('law 2: kill -9 at any point heals', () => {
  test('what was committed and not published is published by the next owner, once more with the same version', async () => {
    await world.produce(fact(0, JOINED), fact(1))
    world.log.beforeAppend = (batches) => {
      if (batches.some(({ topic }) => topic === topicOf('member-risk'))) throw new Error('the process dies here')
    }
    const first = world.owner()
    await first.assigned(TP)
    await expect(first.batch(world.batch())).rejects.toThrow('dies here')
    expect(world.risks()).toEqual([])

    world.log.beforeAppend = undefined
    const second = world.owner()
    expect(await second.assigned(TP)).toBe(1)
    const published = world.risks()
    expect(published.length).toBeGreaterThan(0)

    // A third owner publishes it again: nothing has been committed since. Who reads it drops what he has seen.
    const third = world.owner()
    await third.assigned(TP)
    expect(world.risks().slice(published.length)).toEqual(published)

    await world.produce(fact(2))
    await third.batch(world.batch(1))
    const settled = world.risks().length
    await world.owner().assigned(TP)
    expect(world.risks().length).toBe(settled)
  })

  test('a zombie that comes back writes nothing, and takes over only if the group says it may', async () => {
    await world.produce(fact(0, JOINED))
    const zombie = world.owner()
    await zombie.assigned(TP)
    const rightful = world.owner()
    await rightful.assigned(TP)
    await rightful.batch(world.batch())
    const after = world.risks()
    const lost = { ...world.batch(), heartbeat: () => Promise.reject(new Error('not a member any more')) }
    await expect(zombie.batch(lost)).rejects.toThrow('not a member')
    expect(world.risks()).toEqual(after)
    await world.produce(fact(3))
    await rightful.batch(world.batch(1))
    expect(zombie.owned).toEqual([])
  })

  test('records that are gone from the log are a gap: reported, then passed', async () => {
    await world.produce(fact(0, JOINED))
    await world.produce(fact(1))
    world.log.truncate(TP, 1)
    const sought: number[] = []
    const scoring = world.owner(sought)
    await scoring.assigned(TP)
    await scoring.batch(world.batch(1))
    expect(sought).toEqual([])
    expect(world.risks().length).toBeGreaterThan(0)
  })
})

describe('aliases without a member', () => {
  const visitor = (n: number): Fact => fact(n, { subject: anonymousKey(`cookie-${n}`) })
  const kept = async () => (await world.rowKeys()).filter((key) => key !== ANNA).toSorted()

  test('are bounded in number though nobody is due: those whose past ends first go, and are counted', async () => {
    world.clock.set(T0 + 5 * DAY_MS)
    const scoring = world.owner([], { maxAliases: 2 })
    await scoring.assigned(TP)
    await world.produce(...[0, 1, 2, 3, 4].map(visitor))
    await scoring.batch(world.batch())
    await scoring.sweep(false)
    expect(await kept()).toEqual(['a:cookie-3', 'a:cookie-4'])
    await world.produce(visitor(5))
    await scoring.batch(world.batch(1))
    await scoring.sweep(false)
    expect(await kept()).toEqual(['a:cookie-4', 'a:cookie-5'])
    expect(await world.metrics.metrics()).toContain('perennial_scoring_aliases_total{event="evicted"} 4')
  })
})

describe('law 5: nothing is dropped silently', () => {
  test('a damaged block, and a fact nobody knows, go to the dead letters; the rest goes on', async () => {
    await world.log.append(ACTIVITY_TOPIC, [{ partition: 0, value: Buffer.from('no block') }])
    await world.produce(fact(0, JOINED), fact(1, { signal: 99 }), fact(2))
    const scoring = world.owner()
    await scoring.assigned(TP)
    await scoring.batch(world.batch())
    const letters = world.log.all(ACTIVITY_DEAD_TOPIC)
    expect(letters.map(({ headers }) => String(headers?.['perennial.errors.fact']))).toEqual(['-1', '1'])
    expect(letters[0]?.value?.toString()).toBe('no block')
    expect(world.risks()[0]?.memberId).toBe('anna')
  })
})

test('of who objects to being profiled nothing is said any more, until they take it back', async () => {
  const consent = (profiling: boolean) => ({ kind: 'membership', change: { consent: { profiling } } }) as const
  const scoring = world.owner()
  world.clock.set(T0 + 10 * DAY_MS)
  await world.produce(fact(0, JOINED), fact(0.5))
  await scoring.assigned(TP)
  await scoring.batch(world.batch())
  const told = () => world.log.all(topicOf('member-risk')).map(({ value }) => value !== null)
  expect(told().at(-1)).toBe(true)
  const before = told().length
  await world.produce(
    fact(1, consent(false)),
    fact(2),
    fact(3, { kind: 'membership', change: { paymentFailed: true } }),
  )
  await scoring.batch(world.batch(1))
  // What plays of service may wait for is still noticed, without a risk.
  expect(told().slice(before).length).toBeGreaterThanOrEqual(2)
  expect(told().slice(before)).not.toContain(true)
  await world.produce(fact(4, consent(true)))
  await scoring.batch(world.batch(2))
  expect(told().at(-1)).toBe(true)
})
