import { DAY_MS, type Fact, SLOT, slot } from '@perennial/member'
import { createScorer, type Model, starterModel } from '@perennial/risk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { modelInUse } from './model-in-use.ts'
import { append, newWorld, promote, rescoreAll, rowOf, run, sweepAll, total, type World } from './partitions.fixture.ts'
import { ANNA, BEN, common, expectSameFold, joined, said, T0, visit, year } from './people.fixture.ts'
import { ABOUT, packPrediction, unpackPrediction } from './prediction.ts'

const starter = starterModel()
/** As the starter, but it thinks worse of everybody. */
const gloomy: Model = { ...starter, id: 'gloomy', intercept: { ...starter.intercept, value: 1.5 } }
const GLOOMY = modelInUse(createScorer(gloomy), undefined, [starter])
const STARTER = modelInUse(createScorer(starter), undefined, [gloomy])

const day = (days: number) => T0 + days * DAY_MS

function member(subject = ANNA): World {
  const world = newWorld(1)
  append(world, [joined(subject, 0), visit(subject, 'a', 1, 6), visit(subject, 'b', 2, 6)])
  run(world)
  return world
}

function told(world: World, from: number) {
  return world.risks.slice(from).map(({ cause, band }) => ({ cause, band }))
}

function membership(change: Extract<Fact, { kind: 'membership' }>['change'], at: number, id = `m-${at}`): Fact {
  return { kind: 'membership', subject: ANNA, change, ...common(id, at) }
}

describe('another model', () => {
  test('scores everybody though no fact comes, once, and says that it is why', () => {
    const world = member()
    const before = world.risks.length
    promote(world, GLOOMY)
    rescoreAll(world, day(10))
    expect(told(world, before)).toEqual([{ cause: 'model', band: 2 }])
    expect(world.risks.at(-1)?.score.at).toBe(day(10))
    rescoreAll(world, day(11))
    expect(world.risks.length).toBe(before + 1)
    expect(total(world, ({ rescored }) => rescored)).toBe(1)
  })

  test('is met before a fact is folded: what the fact moves is the fact’s', () => {
    const world = member()
    const before = world.risks.length
    promote(world, GLOOMY)
    append(world, [membership({ paymentFailed: true }, 10)])
    run(world)
    expect(told(world, before)).toEqual([
      { cause: 'model', band: 2 },
      { cause: 'fact', band: 3 },
    ])
  })

  test('is met by a sweep too; what silence does afterwards is told as silence, at its own time', () => {
    const world = member()
    promote(world, GLOOMY)
    sweepAll(world, day(10))
    const before = world.risks.length
    sweepAll(world, day(364))
    const later = world.risks.slice(before)
    expect(new Set(later.map(({ cause }) => cause))).toEqual(new Set(['silence']))
    expect(later.at(-1)?.band).toBe(3)
    expect(later[0]?.score.at).toBeGreaterThan(day(10))
  })

  test('leaves nothing to be acted on later: the hold of a band does not delay it', () => {
    const held = { ...starter.bands, holdDays: { rise: 30, fall: 30 } }
    const world = newWorld(1)
    promote(world, modelInUse(createScorer({ ...starter, bands: held })))
    append(world, [joined(ANNA, 0), visit(ANNA, 'a', 1, 6)])
    run(world)
    promote(world, modelInUse(createScorer({ ...gloomy, bands: held })))
    rescoreAll(world, day(2))
    expect(world.risks.at(-1)).toMatchObject({ cause: 'model', band: 2 })
  })

  test('changes nothing of the fold, whenever it comes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), (at) => {
        const facts = [...year(ANNA), ...year(BEN)]
        const plain = newWorld(1)
        append(plain, facts)
        run(plain)
        const changed = newWorld(1)
        append(changed, facts.slice(0, at))
        run(changed)
        promote(changed, GLOOMY)
        append(changed, facts.slice(at))
        run(changed)
        for (const key of [ANNA, BEN]) expectSameFold(rowOf(changed, key), rowOf(plain, key))
      }),
      { numRuns: 20 },
    )
  })

  test('that came before all facts is no change of model: a rebuild tells no such thing', () => {
    const world = newWorld(1)
    promote(world, GLOOMY)
    append(world, year(ANNA))
    run(world)
    sweepAll(world, day(300))
    expect(world.risks.filter(({ cause }) => cause === 'model')).toEqual([])
  })

  test('says nothing more of somebody who has left', () => {
    const world = member()
    append(world, [membership({ status: 'lapsed' }, 5)])
    run(world)
    const before = world.risks.length
    promote(world, GLOOMY)
    rescoreAll(world, day(6))
    expect(world.risks.length).toBe(before)
  })
})

test('a late fact changes the present score, and is told', () => {
  const world = member()
  append(world, [visit(ANNA, 'c', 200, 6)])
  run(world)
  const before = world.risks.map(said)
  append(world, [membership({ paymentFailed: true }, 150, 'late')])
  run(world)
  const last = world.risks.at(-1)
  expect(world.risks.length).toBe(before.length + 1)
  expect(last?.cause).toBe('fact')
  expect(last?.score.at).toBe(day(200))
  expect(last?.score.lapseRisk).toBeGreaterThan(before.at(-1)?.risk ?? 1)
})

describe('what was said comes true or not', () => {
  const outcomes = (world: World) =>
    world.outcomes.map(({ outcome, about, at }) => ({ outcome, about, day: (at - T0) / DAY_MS }))
  const term = { start: day(365), end: day(730) }

  test.each([
    ['a renewal', () => membership({ renewed: true, term }, 360), 'renewed'],
    ['a new term', () => membership({ term }, 360), 'renewed'],
    ['a lapse', () => membership({ status: 'lapsed' }, 360), 'lapsed'],
  ])('%s settles the risk last made known before it', (_, fact, outcome) => {
    const world = member()
    sweepAll(world, day(359))
    const last = world.risks.at(-1)
    append(world, [fact()])
    run(world)
    expect(outcomes(world)).toEqual([{ outcome, about: ABOUT.term, day: 360 }])
    const { risk, band, model, saidAt } = world.outcomes[0]!
    expect(risk).toBeCloseTo(last?.score.lapseRisk ?? 0, 4)
    expect([band, model, saidAt]).toEqual([last?.band, STARTER.number, day(365)])
  })

  test('a term that nobody speaks of counts as not renewed 90 days later', () => {
    const world = member()
    sweepAll(world, day(454))
    expect(outcomes(world)).toEqual([])
    sweepAll(world, day(456))
    expect(outcomes(world)).toEqual([{ outcome: 'expired', about: ABOUT.term, day: 455 }])
  })

  test('a corrected date is no renewal', () => {
    const world = member()
    append(world, [membership({ term: { start: T0, end: day(367) } }, 300)])
    run(world)
    expect(outcomes(world)).toEqual([])
    append(world, [membership({ renewed: true }, 366)])
    run(world)
    expect(world.outcomes[0]).toMatchObject({ outcome: 'renewed', saidAt: day(367) })
  })

  test('without a term: one window after the other, active or silent, and none for who is gone', () => {
    const world = newWorld(1)
    append(world, [visit(ANNA, 'a', 0, 6), visit(ANNA, 'b', 10, 6)])
    run(world)
    sweepAll(world, day(400))
    expect(outcomes(world)).toEqual([
      { outcome: 'active', about: ABOUT.silence, day: 90 },
      { outcome: 'silent', about: ABOUT.silence, day: 180 },
    ])
  })

  test('keeps what the shadow would have said beside it', () => {
    const world = newWorld(1)
    promote(world, modelInUse(createScorer(starter), createScorer(gloomy)))
    append(world, [joined(ANNA, 0), visit(ANNA, 'a', 1, 6), membership({ renewed: true }, 360)])
    run(world)
    const { risk, shadow } = world.outcomes[0]!
    expect(shadow?.model).toBe(GLOOMY.number)
    expect(shadow?.risk).toBeGreaterThan(risk)
    expect(world.risks.every(({ score }) => score.modelId === starter.id)).toBe(true)
  })

  test('of a window that another model opened, only where both foretell the same', () => {
    const open = () => {
      const world = newWorld(1)
      append(world, [visit(ANNA, 'a', 0, 6)])
      run(world)
      return world
    }
    const same = open()
    promote(same, GLOOMY)
    rescoreAll(same, day(20))
    sweepAll(same, day(91))
    expect(same.outcomes.map(({ model, outcome }) => [model, outcome])).toEqual([[STARTER.number, 'silent']])
    const other = open()
    promote(
      other,
      modelInUse(createScorer({ ...starter, id: 'shorter', horizon: { activityDays: 30 } }), undefined, [starter]),
    )
    rescoreAll(other, day(20))
    sweepAll(other, day(91))
    expect(other.outcomes.map(({ model }) => model)).not.toContain(STARTER.number)
  })

  test('any prediction fits into its number', () => {
    const prediction = fc.record({
      model: fc.integer({ min: 1, max: 0xffff_ffff }),
      about: fc.constantFrom(ABOUT.term, ABOUT.leaving, ABOUT.silence),
      band: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
      risk: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(prediction, (one) => {
        const packed = packPrediction(one)
        expect(Number.isSafeInteger(packed)).toBe(true)
        const { risk, ...rest } = unpackPrediction(packed)
        expect(Math.abs(risk - one.risk)).toBeLessThan(1e-5)
        expect(rest).toEqual({ model: one.model, about: one.about, band: one.band })
      }),
    )
  })
})

test('a row says by which model it was scored last', () => {
  const world = member()
  const row = rowOf(world, ANNA)
  expect(row && slot(row, 0, SLOT.model)).toBe(STARTER.number)
})
