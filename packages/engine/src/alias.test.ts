import { anonymousKey, DAY_MS, emailKey, type Fact, readTail, SLOT, type SubjectKey } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import { append, newWorld, rowOf, run, sweepAll, total, type World } from './partitions.fixture.ts'
import {
  ANNA,
  BEN,
  common,
  expectSameFold,
  inOrder,
  joined,
  link,
  scoreOf,
  T0,
  unlink,
  visit,
  VISITOR,
} from './people.fixture.ts'

describe('identity is a fold too', () => {
  // Signals of the deployment's own among them.
  const browsing = Array.from({ length: 30 }, (_, day) => visit(VISITOR, `web-${day}`, day, [0, 16, 17, 3][day % 4]))
  const later = Array.from({ length: 10 }, (_, n) => visit(VISITOR, `later-${n}`, 31 + n, 16))
  const login = link(VISITOR, ANNA, 30)
  const asAnna = (facts: readonly Fact[]) => facts.map((fact): Fact => ({ ...fact, subject: ANNA }))

  function loggedInAllAlong(): World {
    const world = newWorld(4)
    append(world, inOrder([joined(ANNA, 0), ...asAnna(browsing), ...asAnna(later)]))
    run(world)
    return world
  }

  test('a visitor who browses for a month and then logs in has the score of one who was logged in all along', () => {
    const world = newWorld(4)
    append(world, inOrder([joined(ANNA, 0), ...browsing, login, ...later]))
    run(world)
    const along = loggedInAllAlong()
    expectSameFold(rowOf(world, ANNA), rowOf(along, ANNA))
    expect(scoreOf(world, ANNA, 60)).toBeCloseTo(scoreOf(along, ANNA, 60), 12)
  })

  test('… under duplicates and redelivery too, and in a rebuild from the log', () => {
    const world = newWorld(4)
    const facts = inOrder([joined(ANNA, 0), ...browsing, login, ...later])
    append(world, facts.slice(0, 20))
    append(world, facts.slice(5, 35))
    append(world, facts)
    append(
      world,
      later.map((fact, n): Fact => ({ ...fact, ...common(`later-${n}`, 31 + n) })),
    )
    run(world)
    expectSameFold(rowOf(world, ANNA), rowOf(loggedInAllAlong(), ANNA))

    // What partitions sent each other is in the log already and is made again, with the same numbers.
    const rebuilt = newWorld(4)
    for (const [n, { log }] of world.partitions.entries()) rebuilt.partitions[n]?.log.push(...log)
    run(rebuilt, 50)
    expectSameFold(rowOf(rebuilt, ANNA), rowOf(world, ANNA))
    expect(total(rebuilt, ({ skipped }) => skipped.redelivered)).toBeGreaterThan(0)
  })

  test('the first link wins; another is a conflict until somebody unlinks', () => {
    const world = newWorld(4)
    append(world, inOrder([...browsing, login, link(VISITOR, BEN, 31), ...later]))
    run(world)
    expect(total(world, ({ conflicts }) => conflicts)).toBe(1)
    expect(rowOf(world, BEN)).toBeUndefined()
    append(world, [unlink(VISITOR, ANNA, 50), link(VISITOR, BEN, 51)])
    run(world)
    const numbers = (key: SubjectKey) => rowOf(world, key)?.f64[SLOT.facts]
    expect(numbers(ANNA)).toBe(0)
    expect(numbers(BEN)).toBe(40)
  })

  test('a past that is too old at the link stays behind, whenever the sweep ran', () => {
    const old = 30 * DAY_MS
    for (const sweptAt of [undefined, 80]) {
      const world = newWorld(4, old)
      append(world, inOrder(browsing))
      run(world)
      if (sweptAt !== undefined) sweepAll(world, T0 + sweptAt * DAY_MS)
      append(world, [link(VISITOR, ANNA, 62), visit(VISITOR, 'back', 63)])
      run(world)
      expect(total(world, ({ pastDropped }) => pastDropped)).toBe(1)
      expect(rowOf(world, ANNA)?.f64[SLOT.facts]).toBe(1)
    }
  })

  test('an alias that never finds a member is freed, one that did is kept', () => {
    const lonely = anonymousKey('nobody')
    const world = newWorld(4, 30 * DAY_MS)
    append(world, inOrder([visit(lonely, 'once', 0), ...browsing, login]))
    run(world)
    expect(sweepAll(world, T0 + 59 * DAY_MS)).toEqual([])
    expect(sweepAll(world, T0 + 61 * DAY_MS)).toEqual([lonely])
    expect(rowOf(world, VISITOR)).toBeDefined()
  })

  const ADDRESS = emailKey('hash-of-anna')

  test('a browser that is an address that is a member: sums and later facts pass through', () => {
    const world = newWorld(4)
    const known = link(ADDRESS, ANNA, 29)
    append(world, inOrder([joined(ANNA, 0), ...browsing, link(VISITOR, ADDRESS, 28), known, ...later]))
    run(world)
    expect(total(world, ({ links }) => links)).toBe(2)
    expectSameFold(rowOf(world, ANNA), rowOf(loggedInAllAlong(), ANNA))
  })

  test('… and when the browser logs in itself, nothing is counted twice', () => {
    const world = newWorld(4)
    const facts = [joined(ANNA, 0), ...browsing.slice(0, 10), link(VISITOR, ADDRESS, 10), ...browsing.slice(10, 20)]
    append(
      world,
      inOrder([...facts, link(ADDRESS, ANNA, 20), ...browsing.slice(20), link(VISITOR, ANNA, 30), ...later]),
    )
    run(world)
    expect(total(world, ({ conflicts }) => conflicts)).toBe(0)
    expectSameFold(rowOf(world, ANNA), rowOf(loggedInAllAlong(), ANNA))
  })

  test('a refusal by an address nobody knew reaches its member, before and after the link', () => {
    const world = newWorld(4)
    const refuses = (day: number, purpose: string): Fact => ({
      kind: 'membership',
      subject: ADDRESS,
      change: { consent: { [purpose]: false } },
      ...common(`refuses-${day}`, day),
    })
    append(world, inOrder([joined(ANNA, 0), refuses(1, 'marketing'), link(ADDRESS, ANNA, 2), refuses(3, 'events')]))
    run(world)
    const rows = rowOf(world, ANNA)
    expect(rows && readTail(rows, 0).consent).toMatchObject({
      marketing: { granted: false },
      events: { granted: false },
    })
    expect(rows && readTail(rows, 0).link).toBeUndefined()
  })

  test('membership data about an alias is refused, not folded', () => {
    const world = newWorld(1)
    append(world, [{ ...joined(ANNA, 0), subject: VISITOR }])
    run(world)
    expect(total(world, ({ skipped }) => skipped.not_for_alias)).toBe(1)
  })
})
