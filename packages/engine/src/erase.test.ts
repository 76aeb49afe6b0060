import { type Fact, STREAM_CODES, type SubjectKey } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import { append, newWorld, rowOf, run, total, type World } from './partitions.fixture.ts'
import { ANNA, BEN, common, expectSameFold, inOrder, joined, link, visit, VISITOR, year } from './people.fixture.ts'

const source = { stream: STREAM_CODES.erasure, partition: 0, offset: 0, index: 0 }

function erasure(subject: SubjectKey, day: number, readmits = false): Fact {
  return { ...common(`erasure-${subject}-${day}`, day), kind: 'erasure', subject, readmits, source }
}

/** Folds what lies in the logs of another world from the beginning. */
function rebuilt(world: World, blocks: number): World {
  const again = newWorld(world.partitions.length)
  for (const [n, { log }] of world.partitions.entries()) again.partitions[n]?.log.push(...log)
  run(again, blocks)
  return again
}

const rowsIn = (world: World) => world.partitions.flatMap(({ rows }) => [...rows.keys()])

describe('somebody who was erased', () => {
  const before = [...year(ANNA), ...year(BEN)]

  test('leaves no row, and nothing comes back, however late or often it comes', () => {
    const world = newWorld(4)
    append(world, before)
    // Whoever has it done may be interrupted, and write it down again.
    append(world, [erasure(ANNA, 200), erasure(ANNA, 200)])
    append(world, before)
    append(world, [visit(ANNA, 'new', 300), joined(ANNA, 301)])
    run(world)
    expect(rowsIn(world)).toEqual([BEN])
    expect(total(world, ({ erased }) => erased)).toBe(1)
    expect(total(world, ({ skipped }) => skipped.erased)).toBe(2)
  })

  test('does not come back in a rebuild from a log that still holds the facts, whatever the batching', () => {
    const world = newWorld(4)
    append(world, before)
    append(world, [erasure(ANNA, 200)])
    append(world, inOrder(before))
    run(world, 1)
    for (const blocks of [1, 3, 1_000]) {
      const again = rebuilt(world, blocks)
      expect(rowsIn(again)).toEqual([BEN])
      expectSameFold(rowOf(again, BEN), rowOf(world, BEN))
    }
  })

  test('is no longer an alias, and what partitions sent each other keeps its numbers', () => {
    const world = newWorld(4)
    append(world, inOrder([joined(ANNA, 0), visit(VISITOR, 'v1', 1), link(VISITOR, ANNA, 2), visit(VISITOR, 'v2', 3)]))
    run(world)
    append(world, [erasure(VISITOR, 4), erasure(ANNA, 4)])
    append(world, [visit(VISITOR, 'v3', 5), link(VISITOR, BEN, 6), visit(VISITOR, 'v4', 7)])
    run(world)
    expect(rowsIn(world)).toEqual([])
    expect(rebuilt(world, 50).partitions.map(({ state }) => state.sent)).toEqual(
      world.partitions.map(({ state }) => state.sent),
    )
  })

  test('who is readmitted begins anew: what is dated from then on counts, and nothing before', () => {
    const world = newWorld(1)
    append(world, [joined(ANNA, 0), visit(ANNA, 'v1', 1), erasure(ANNA, 10), erasure(ANNA, 20, true)])
    append(world, inOrder([joined(ANNA, 0), visit(ANNA, 'v1', 1), visit(ANNA, 'old', 19)]))
    append(world, inOrder([joined(ANNA, 20), visit(ANNA, 'v2', 21)]))
    run(world)
    expect(total(world, ({ skipped }) => skipped.erased)).toBe(3)
    const fresh = newWorld(1)
    append(fresh, inOrder([joined(ANNA, 20), visit(ANNA, 'v2', 21)]))
    run(fresh)
    expectSameFold(rowOf(world, ANNA), rowOf(fresh, ANNA))
    // With a row of her own again, her past is still refused.
    append(world, inOrder([visit(ANNA, 'older', 18)]))
    run(world)
    expectSameFold(rowOf(world, ANNA), rowOf(fresh, ANNA))
    expectSameFold(rowOf(rebuilt(world, 1_000), ANNA), rowOf(fresh, ANNA))
  })

  test('an erasure that comes again after a readmission changes nothing; a later one does', () => {
    const world = newWorld(1)
    append(world, [joined(ANNA, 0), erasure(ANNA, 10), erasure(ANNA, 20, true), erasure(ANNA, 10)])
    append(world, inOrder([joined(ANNA, 21)]))
    run(world)
    expect(rowsIn(world)).toEqual([ANNA])
    append(world, [erasure(ANNA, 30)])
    run(world)
    expect(rowsIn(world)).toEqual([])
  })

  test('nobody is readmitted who was not erased', () => {
    const world = newWorld(1)
    append(world, [erasure(ANNA, 20, true), ...inOrder([joined(ANNA, 0)])])
    run(world)
    expect(rowOf(world, ANNA)?.f64.length).toBeGreaterThan(0)
    expect(world.partitions[0]?.state.erasures.size).toBe(0)
  })

  test('the time of an erasure says nothing about how far a source has come', () => {
    const world = newWorld(1)
    append(world, [erasure(ANNA, 5_000)])
    run(world)
    expect([...(world.partitions[0]?.state.sources.keys() ?? [])]).toEqual([])
  })
})
