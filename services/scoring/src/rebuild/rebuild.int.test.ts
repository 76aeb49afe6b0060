import { anonymousKey, DAY_MS, decodeRow, memberKey, newRows, SLOT, slot } from '@perennial/member'
import { createGenerations, createPartitionStore, SWITCH_SCRIPT } from '@perennial/runtime'
import type { MemberRiskV1 } from '@perennial/streams'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ANNA, fact, T0, TP } from '../owner.fixture.ts'
import { JOINED, openScoringWorld, type ScoringWorld } from '../scoring.fixture.ts'
import { isSame, type Tally } from './comparison.ts'
import { leftBehind, made, rebuildOf } from './rebuild.fixture.ts'

const BEN = memberKey('ben')
const BROWSER = anonymousKey('browser')

let world: ScoringWorld
beforeEach(async () => void (world = await openScoringWorld()))
afterEach(() => world.release())

const verdict = (tally: Tally) => ({ same: isSame(tally.result()), ...tally.result() })

async function rowOf(key: string) {
  const stored = await world.redis.hgetBuffer(`{${world.namespace}:s:0}:m`, key)
  if (stored === null) return undefined
  const rows = newRows(1)
  decodeRow(stored, rows, 0)
  return rows
}

async function versionOf(key: string): Promise<number> {
  const rows = await rowOf(key)
  return rows === undefined ? 0 : slot(rows, 0, SLOT.version)
}

/** What consumers are left with who drop what they have seen; throws where a version says two things. */
function told(): ReadonlyMap<string, MemberRiskV1> {
  const known = new Map<string, MemberRiskV1>()
  for (const risk of world.risks()) {
    const id = `${risk.memberId} ${risk.version}`
    expect(known.get(id) ?? risk).toEqual(risk)
    known.set(id, risk)
  }
  return known
}

/** Two members, one of whom was a browser first, and a while of silence. */
async function history(): Promise<void> {
  await world.produce(fact(0, JOINED), fact(0, { ...JOINED, subject: BEN }), fact(1, { subject: BROWSER }))
  await world.produce(fact(2, { kind: 'link', subject: BROWSER, member: BEN }), fact(3), fact(4, { subject: BROWSER }))
}

async function foldedBy(scoring = world.owner()) {
  await scoring.assigned(TP)
  await scoring.batch(world.batch())
  // What partitions send each other comes back through the log.
  await scoring.batch(world.batch())
  return scoring
}

describe('law 1: the log leads to the state that serves', () => {
  test('a rebuild comes to the same state, tells nobody, and the state serves on', async () => {
    await history()
    const scoring = await foldedBy()
    world.clock.set(T0 + 300 * DAY_MS)
    await scoring.sweep(false)
    const said = told()
    const activity = (await world.log.endOffsets(TP.topic))[0]
    const versions = [await versionOf(ANNA), await versionOf(BEN)]

    const rebuild = await made(world)
    expect(verdict(await rebuild.compare(0, 10))).toMatchObject({
      same: true,
      rows: 3,
      toldOtherwise: { bands: 0, versions: 0 },
    })
    await scoring.verify()
    expect(verdict(await rebuild.switchOver(0, 10))).toMatchObject({ same: true })
    expect([told(), (await world.log.endOffsets(TP.topic))[0]]).toEqual([said, activity])
    expect([await versionOf(ANNA), await versionOf(BEN)]).toEqual(versions)

    await scoring.verify()
    await world.produce(fact(301))
    await scoring.batch(world.batch(activity))
    expect(world.risks().at(-1)).toMatchObject({ memberId: 'anna', version: (versions[0] ?? 0) + 1, replay: false })
  })

  test('what the log does not lead to is found, named, and put right by the switch', async () => {
    await history()
    const scoring = await foldedBy()
    const wrong = await world.redis.hgetBuffer(`{${world.namespace}:s:0}:m`, BEN)
    const last = world
      .risks()
      .filter(({ memberId }) => memberId === 'anna')
      .at(-1)
    await world.redis.hset(`{${world.namespace}:s:0}:m`, ANNA, wrong ?? '', memberKey('nobody'), wrong ?? '')

    const rebuild = await made(world)
    const found = verdict(await rebuild.compare(0, 10))
    expect(found).toMatchObject({
      same: false,
      differing: { members: 1, aliases: 0 },
      onlyServing: { members: 1, aliases: 0 },
    })
    expect(Object.keys(found.fields)).toEqual(expect.arrayContaining(['facts', 'recent facts']))
    await rebuild.switchOver(0, 10)
    expect(await rowOf(memberKey('nobody'))).toBeUndefined()
    expect(slot((await rowOf(ANNA)) ?? newRows(1), 0, SLOT.facts)).toBe(2)
    await scoring.verify()
    // Versions go on from the higher count, whatever the replay has counted.
    expect(await versionOf(ANNA)).toBeGreaterThanOrEqual(last?.version ?? Infinity)
    expect(verdict(await (await made(world)).compare(0, 10))).toMatchObject({ same: true })
  })
})

describe('the switch', () => {
  test('takes the partition from whoever scores it, at his offset: nothing is folded twice or left out', async () => {
    await history()
    const scoring = await foldedBy()
    const rebuild = await made(world)
    await world.produce(fact(5), fact(6, { subject: BEN }))
    // Folded by neither yet: the rebuild keeps to where the serving state stands.
    await rebuild.switchOver(0, 10)
    await scoring.batch(world.batch(0))
    const end = (await world.log.endOffsets(TP.topic))[0] ?? 0
    await scoring.batch(world.batch(0))
    expect(await createPartitionStore(world.redis, world.namespace).standing(0)).toMatchObject({ nextOffset: end })
    expect(slot((await rowOf(ANNA)) ?? newRows(1), 0, SLOT.facts)).toBe(3)
    expect(verdict(await (await made(world)).compare(0, 10))).toMatchObject({ same: true })
    told()
  })

  test('is refused where somebody has taken the partition over since, and changes nothing', async () => {
    await history()
    const scoring = await foldedBy()
    const generations = createGenerations(world.redis, world.namespace)
    const held = await generations.hold(0, 10_000)
    const next = await leftBehind(world)
    await generations.release(0)
    await scoring.verify()
    await world.produce(fact(7))
    await scoring.batch(world.batch(0))
    const before = await rowOf(ANNA)
    if (held === undefined) throw new Error('nothing is held')
    expect(await generations.switchOver(0, held, { epoch: next, rescore: false })).toBe('fenced')
    expect(await rowOf(ANNA)).toEqual(before)
  })

  test('without the fence it would take back what was folded since', async () => {
    await history()
    const scoring = await foldedBy()
    const unfenced = SWITCH_SCRIPT.replace(/if serving\[1\].*\n/, '').replace(/if serving\[2\].*\n/, '')
    expect(unfenced.length).toBeLessThan(SWITCH_SCRIPT.length - 60)
    const generations = createGenerations(world.redis, world.namespace)
    const held = await generations.hold(0, 10_000)
    const next = await leftBehind(world)
    await generations.release(0)
    await scoring.verify()
    await world.produce(fact(7))
    await scoring.batch(world.batch(0))
    if (held === undefined) throw new Error('nothing is held')
    const broken = createGenerations(world.redis, world.namespace, unfenced)
    expect(await broken.switchOver(0, held, { epoch: next, rescore: false })).toBe('switched')
    expect(slot((await rowOf(ANNA)) ?? newRows(1), 0, SLOT.facts)).toBe(2)
  })

  test('scoring waits while a partition is held, and no longer than a holder lives', async () => {
    await history()
    const scoring = await foldedBy()
    const generations = createGenerations(world.redis, world.namespace)
    await generations.hold(0, 60_000)
    await world.produce(fact(7))
    await expect(scoring.batch(world.batch(0))).rejects.toThrow('compared or switched')
    await scoring.verify()
    expect(scoring.owned).toEqual([])
    // As if the holder had died and its time had run out.
    await generations.holdOn(0, 1)
    await expect.poll(async () => scoring.verify().then(() => scoring.owned)).toEqual([0])
  })

  test('goes back to what served before, brought up to date, with versions that go on', async () => {
    await history()
    const scoring = await foldedBy()
    await (await made(world)).switchOver(0, 10)
    await scoring.verify()
    await world.produce(fact(5, { kind: 'membership', change: { paymentFailed: true } }))
    await scoring.batch(world.batch(0))
    const version = await versionOf(ANNA)
    const generations = createGenerations(world.redis, world.namespace)
    expect(await generations.takeBack(0)).toBe(true)
    const back = rebuildOf(world)
    await expect(back.begin(0, 'log')).rejects.toThrow('--rollback')
    await back.begin(0, 'previous')
    await back.replay(0, () => undefined)
    expect(verdict(await back.switchOver(0, 10))).toMatchObject({ same: true })
    expect(await versionOf(ANNA)).toBe(version)
    await scoring.verify()
    await world.produce(fact(6, { kind: 'membership', change: { paymentFailed: true } }))
    await scoring.batch(world.batch(0))
    expect(world.risks().at(-1)).toMatchObject({ memberId: 'anna', version: version + 1 })
    expect(await generations.kept(0)).toEqual({ next: false, previous: true })
    // Who is erased is not kept in what is kept either; a second time there is nothing left.
    expect([await generations.forget(0, ANNA), await generations.forget(0, ANNA)]).toEqual([1, 0])
    await generations.discard(0, 'previous')
    expect(await generations.takeBack(0)).toBe(false)
    told()
  })
})

describe('a rebuild that was broken off', () => {
  test('goes on where it was', async () => {
    await history()
    await world.produce(fact(5))
    await foldedBy()
    const broken = rebuildOf(world)
    await broken.begin(0, 'log')
    await leftBehind(world, 1)
    const done: number[] = []
    const again = rebuildOf(world)
    await again.begin(0, 'log')
    expect(await again.extent(0)).toMatchObject({ from: 1 })
    await again.replay(0, ({ blocks }) => void done.push(blocks))
    expect(verdict(await again.compare(0, 10))).toMatchObject({ same: true })
    expect(verdict(await again.switchOver(0, 10))).toMatchObject({ same: true })
  })

  test('and is begun anew under other settings', async () => {
    await history()
    await foldedBy()
    await made(world)
    const other = rebuildOf(world, { basis: 'two' })
    await other.begin(0, 'log')
    expect(await other.extent(0)).toMatchObject({ from: 0 })
  })

  test('does not begin where the log lacks what came before', async () => {
    await history()
    await foldedBy()
    world.log.truncate(TP, 1)
    await expect(rebuildOf(world).begin(0, 'log')).rejects.toThrow('begins at 1, and there is no snapshot')
  })
})
