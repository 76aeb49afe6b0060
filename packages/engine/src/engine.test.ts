import { DAY_MS, type Fact, type MembershipFact, signalId } from '@perennial/member'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { append, newWorld, rowOf, run, scorer, sweepAll, total, type World } from './partitions.fixture.ts'
import { ANNA, BEN, common, joined, said, T0, visit, year } from './people.fixture.ts'

describe('law 1: what comes out does not depend on how facts were batched', () => {
  test('rows, risks and their versions are the same for any size of block and commit', () => {
    const facts = [...year(ANNA), ...year(BEN)]
    const reference = newWorld(2)
    append(reference, facts, 1)
    run(reference, 1)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 9 }), (perBlock, blocks) => {
        const world = newWorld(2)
        append(world, facts, perBlock)
        run(world, blocks)
        const key = (risk: ReturnType<typeof said>) => `${risk.key}.${risk.version}`
        const sorted = (from: World) => from.risks.map(said).toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
        expect(sorted(world)).toEqual(sorted(reference))
        for (const member of [ANNA, BEN]) expect(rowOf(world, member)).toEqual(rowOf(reference, member))
      }),
      { numRuns: 30 },
    )
  })

  test('what is delivered again by its source is not counted again', () => {
    const facts = year(ANNA)
    const once = newWorld(2)
    append(once, facts)
    run(once)
    const again = newWorld(2)
    append(again, facts.slice(0, 25))
    append(again, facts.slice(10, 30))
    append(again, facts)
    run(again)
    expect(rowOf(again, ANNA)).toEqual(rowOf(once, ANNA))
    expect(again.risks.map(said)).toEqual(once.risks.map(said))
    expect(total(again, ({ skipped }) => skipped.redelivered)).toBe(25 + 20)
    expect(total(again, ({ applied }) => applied)).toBe(facts.length)
  })

  test('facts after T change nothing at T', () => {
    const upTo = newWorld(1)
    append(upTo, [joined(ANNA, 0), visit(ANNA, 'a', 3)])
    run(upTo)
    const before = upTo.risks.map(said)
    append(upTo, [visit(ANNA, 'b', 200), visit(ANNA, 'c', 300)])
    run(upTo)
    expect(upTo.risks.map(said).slice(0, before.length)).toEqual(before)
  })
})

describe('law 3: silence is noticed', () => {
  function silent(sweeps: readonly number[]): World {
    const world = newWorld(1)
    append(world, [joined(ANNA, 0), visit(ANNA, 'a', 1), visit(ANNA, 'b', 2, 6)])
    run(world)
    for (const day of sweeps) sweepAll(world, T0 + day * DAY_MS)
    return world
  }

  test('a silent member rises to high before the term ends, at the time of the crossing', () => {
    const world = silent([364])
    const last = world.risks.at(-1)
    expect(last).toMatchObject({ band: 3, cause: 'silence' })
    const at = last?.score.at ?? 0
    expect(at).toBeLessThan(T0 + 364 * DAY_MS)
    // True a moment before and after: the crossing was found, not the sweep.
    const rows = rowOf(world, ANNA)
    if (rows === undefined) throw new Error('no row')
    const enter = last?.score.lapseRisk ?? 0
    expect(scorer.lapseRisk(rows, 0, at - 2_000)).toBeLessThanOrEqual(enter)
  })

  test('the same crossings at the same times, however often the sweep runs', () => {
    const once = silent([400]).risks.map(said)
    const daily = silent(Array.from({ length: 400 }, (_, n) => n + 1)).risks.map(said)
    expect(daily).toEqual(once)
    expect(once.filter(({ cause }) => cause === 'silence').length).toBeGreaterThan(0)
  })

  test('silence between two facts is judged at its own time, before the second is folded', () => {
    const world = silent([])
    append(world, [visit(ANNA, 'c', 500)])
    run(world)
    const swept = silent([499])
    const bySilence = (from: World) => from.risks.map(said).filter(({ cause }) => cause === 'silence')
    expect(bySilence(world)).toEqual(bySilence(swept))
  })

  test('somebody who has left is spoken of once more, then not', () => {
    const world = silent([])
    append(world, [{ kind: 'membership', subject: ANNA, change: { status: 'lapsed' }, ...common('gone', 10) }])
    run(world)
    sweepAll(world, T0 + 900 * DAY_MS)
    expect(world.risks.at(-1)?.score.lapseRisk).toBe(1)
    expect(world.risks.filter(({ score }) => score.lapseRisk === 1)).toHaveLength(1)
  })

  describe('is made known though it moves neither band nor risk, for plays wait for it:', () => {
    const membership = (change: MembershipFact['change']): Fact => ({
      kind: 'membership',
      subject: ANNA,
      change,
      ...common('change', 2.1),
    })

    test.each<[string, () => Fact, number]>([
      ['auto-renew switched off', () => membership({ autoRenew: false }), 1],
      ['a first post', () => visit(ANNA, 'post', 2.1, signalId('posted')), 1],
      ['help given', () => visit(ANNA, 'help', 2.1, signalId('help_given')), 1],
      ['an event missed', () => visit(ANNA, 'miss', 2.1, signalId('event_missed')), 1],
      ['and a visit is not', () => visit(ANNA, 'visit', 2.1), 0],
    ])('%s', (_, fact, more) => {
      const world = silent([])
      append(world, [visit(ANNA, 'just before', 2.09)])
      run(world)
      const before = world.risks.length
      append(world, [fact()])
      run(world)
      expect(world.risks.length).toBe(before + more)
    })

    test('a new term, with its horizon', () => {
      const term = { start: T0, end: T0 + 366 * DAY_MS }
      const world = silent([])
      const before = world.risks.length
      append(world, [membership({ term })])
      run(world)
      expect(world.risks.length).toBe(before + 1)
      expect(world.risks.at(-1)?.score.horizon).toEqual({ kind: 'renewal', at: term.end })
    })
  })
})
