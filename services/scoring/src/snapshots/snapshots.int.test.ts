import {
  anonymousKey,
  DAY_MS,
  decodeRow,
  foldDifferences,
  HOUR_MS,
  memberKey,
  newRows,
  type Rows,
  SLOT,
  slot,
  vocabularyOf,
} from '@perennial/member'
import { createPartitionStore } from '@perennial/runtime'
import { STATE_TOPIC } from '@perennial/streams'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ANNA, fact, T0, TP } from '../owner.fixture.ts'
import { isSame } from '../rebuild/comparison.ts'
import { made } from '../rebuild/rebuild.fixture.ts'
import type { Scoring } from '../scoring.ts'
import { JOINED, openScoringWorld, type ScoringWorld } from '../scoring.fixture.ts'
import { type Head, HEAD_KEY, headValue, readHead, rowValue } from './record.ts'

const BEN = memberKey('ben')
const BROWSER = anonymousKey('browser')
const EVERY_MS = HOUR_MS
const STATE = { topic: STATE_TOPIC, partition: 0 }

let world: ScoringWorld
beforeEach(async () => void (world = await openScoringWorld({ snapshotMs: EVERY_MS })))
afterEach(() => world.release())

async function fold(scoring: Scoring): Promise<void> {
  const from = (await createPartitionStore(world.redis, world.namespace).standing(0))?.nextOffset ?? 0
  await scoring.batch(world.batch(from))
}

let hours = 0
/** An hour later. */
async function snapshot(scoring: Scoring): Promise<string[]> {
  const before = world.log.records(STATE).length
  world.clock.set(T0 + ++hours * EVERY_MS)
  await scoring.snapshot()
  return world.log
    .records(STATE)
    .slice(before)
    .map(({ key, value }) => `${value === null ? '-' : ''}${key?.toString()}`)
}

async function started(): Promise<Scoring> {
  hours = 0
  const scoring = world.owner()
  await scoring.assigned(TP)
  await world.produce(fact(0, JOINED), fact(0, { ...JOINED, subject: BEN }), fact(0, { subject: BROWSER }))
  await fold(scoring)
  return scoring
}

async function lose(): Promise<void> {
  await world.redis.del(...(await world.stateKeys()))
}

const stateNow = async () => (await world.rowBytes()).toSorted(([a], [b]) => (a < b ? -1 : 1))

/** What of the rows the facts say otherwise than before, or in which band somebody is; by subject. */
async function changedSince(before: readonly [string, Buffer][]): Promise<readonly (readonly [string, string[]])[]> {
  const [was, is] = [new Map(before), new Map(await stateNow())]
  const subjects = [...new Set([...was.keys(), ...is.keys()])]
  return subjects
    .map((key) => [key, differences(decoded(was.get(key)), decoded(is.get(key)))] as const)
    .filter(([, names]) => names.length > 0)
}

function differences(was: Rows, is: Rows): string[] {
  const told = (['band', 'bandSince'] as const).filter((name) => slot(was, 0, SLOT[name]) !== slot(is, 0, SLOT[name]))
  return [...foldDifferences(was, 0, is, 0, world.clock.now()), ...told]
}

/** Of no row: an empty one. */
function decoded(row: Buffer | undefined): Rows {
  const rows = newRows(1, vocabularyOf([]))
  if (row !== undefined) decodeRow(row, rows, 0)
  return rows
}

describe('snapshots', () => {
  test('have all rows, and take back those that are gone', async () => {
    const scoring = await started()
    const written = await snapshot(scoring)
    expect([written.toSorted(), written.at(-1)]).toEqual([[HEAD_KEY, BROWSER, ANNA, BEN].toSorted(), HEAD_KEY])
    world.clock.set(T0 + 400 * DAY_MS)
    await scoring.sweep(false)
    hours = 400 * 24
    expect((await snapshot(scoring)).toSorted()).toEqual([HEAD_KEY, `-${BROWSER}`, ANNA, BEN].toSorted())
  })

  test('have what a commit changed while they were written', async () => {
    const scoring = await started()
    const append = world.log.append.bind(world.log)
    let times = 0
    world.log.append = async (topic, records) => {
      await append(topic, records)
      // The row is written: it changes, once behind the pages, and once more behind what was caught up on.
      if (topic !== STATE_TOPIC || !records.some(({ key }) => key === ANNA) || times === 2) return
      await world.produce(fact(++times))
      await fold(scoring)
    }
    expect((await snapshot(scoring)).slice(-3)).toEqual([ANNA, ANNA, HEAD_KEY])
    world.log.append = append
    const before = await stateNow()
    world.log.truncate(TP, (await world.log.endOffsets(TP.topic))[0] ?? 0)
    await lose()
    await scoring.verify()
    expect(await changedSince(before)).toEqual([])
  })

  test('take back what went between two owners', async () => {
    await snapshot(await started())
    await world.redis.hdel(`{${world.namespace}:s:0}:m`, BROWSER)
    const successor = world.owner()
    await successor.assigned(TP)
    expect(await snapshot(successor)).toContain(`-${BROWSER}`)
  })

  test('are not written by who owns the partition no more', async () => {
    const scoring = await started()
    await world.owner().assigned(TP)
    expect(await snapshot(scoring)).toEqual([])
  })

  test('of another log are of no use: its facts would be waited for', async () => {
    const scoring = await started()
    await snapshot(scoring)
    const head = readHead(world.log.records(STATE).at(-1)?.value ?? Buffer.alloc(0))
    if (head === undefined) throw new Error('no head')
    await world.log.append(STATE_TOPIC, [
      { partition: 0, key: HEAD_KEY, value: headValue({ ...head, offset: head.offset + 100 }) },
    ])
    await lose()
    await scoring.verify()
    expect(await stateNow()).toEqual([])
  })

  test('and the facts behind them are enough when Redis has lost everything, though the log has lost what is older', async () => {
    const scoring = await started()
    await snapshot(scoring)
    const at = (await world.log.endOffsets(TP.topic))[0] ?? 0
    await world.produce(fact(1), fact(2, { subject: BEN, kind: 'membership', change: { paymentFailed: true } }))
    await fold(scoring)
    const [before, told] = [await stateNow(), world.risks()]
    world.log.truncate(TP, at)
    await lose()

    await scoring.verify()
    await fold(scoring)
    expect(await changedSince(before)).toEqual([])
    expect(
      world
        .risks()
        .slice(told.length)
        .every(({ replay }) => replay),
    ).toBe(true)
  })

  test('bring back how far sources were folded, and tell of every member anew, for nobody to act on: the list of who is at risk may be lost too', async () => {
    const scoring = await started()
    await snapshot(scoring)
    const told = world.risks()
    await lose()
    await scoring.verify()
    await scoring.rescore(100)
    await scoring.rescore(100)
    const again = world.risks().slice(told.length)
    expect(again.map(({ memberId }) => memberId).toSorted()).toEqual(['anna', 'ben'])
    const [head] = heads()
    const { sources, sent } = await createPartitionStore(world.redis, world.namespace).acquire(0, {
      heardUntil: () => Promise.resolve(undefined),
      now: world.clock.now(),
    })
    expect([Object.fromEntries(sources), sent]).toEqual([head?.sources, head?.sent])
    expect(sources.size).toBeGreaterThan(0)
    for (const { memberId, version, band, replay, previousRisk } of again) {
      const before = told.findLast((risk) => risk.memberId === memberId)
      expect([version, band, replay, previousRisk]).toEqual([(before?.version ?? 0) + 1, before?.band, true, null])
    }
  })

  test('of an owner who was fenced, and those that were broken off, are not taken for whole', async () => {
    const scoring = await started()
    await snapshot(scoring)
    const before = await stateNow()
    const [head] = heads()
    // A former owner writes on; then a snapshot is broken off, whose rows the compaction puts in the place of older ones.
    const former = { epoch: (head?.epoch ?? 0) - 1, at: head?.at ?? 0 }
    await world.log.append(STATE_TOPIC, [
      { partition: 0, key: ANNA, value: rowValue(former, Buffer.of(1)) },
      { partition: 0, key: HEAD_KEY, value: headValue({ ...NOWHERE, ...former, ...head }) },
    ])
    await lose()
    await scoring.verify()
    expect(await changedSince(before)).toEqual([])
    const records = world.log.records(STATE)
    const place = records.findIndex(({ key }) => key?.toString() === BEN)
    ;(records as unknown[]).splice(place, 1)
    await lose()
    await scoring.verify()
    expect(await stateNow()).toEqual([])
    await fold(scoring)
    expect((await stateNow()).map(([key]) => key)).toEqual(before.map(([key]) => key))
  })

  test('are what a rebuild begins with where the log has lost its beginning', async () => {
    const scoring = await started()
    await snapshot(scoring)
    world.log.truncate(TP, 1)
    await world.produce(fact(1))
    await fold(scoring)
    const rebuild = await made(world)
    expect(isSame((await rebuild.switchOver(0, 10)).result())).toBe(true)
  })

  test('whose restoration was broken off are begun again without the rows it left', async () => {
    const scoring = await started()
    await snapshot(scoring)
    const before = await stateNow()
    await lose()
    await world.redis.hset(`{${world.namespace}:s:0}:m`, memberKey('left'), before[0]?.[1] ?? '')
    await scoring.verify()
    expect(await changedSince(before)).toEqual([])
  })
})

const NOWHERE = { offset: 0, rows: 0, sent: 0, sources: {} }

function heads(): (Head | undefined)[] {
  const found = world.log.records(STATE).filter(({ key }) => key?.toString() === HEAD_KEY)
  return found.map(({ value }) => readHead(value ?? Buffer.alloc(0)))
}
