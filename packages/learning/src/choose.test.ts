import { calibrated } from '@perennial/predictors'
import { sharedData } from '@perennial/testkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { auc } from './auc.ts'
import { calibrationSlope } from './calibration-slope.ts'
import { type Choice, choose, type ChosenModel } from './choose.ts'
import { probability } from './log-odds.ts'
import { logLoss } from './metrics.ts'
import { logitsOf } from './predictor.ts'
import { lapsesIn, pooled, type Table } from './table.ts'
import { donorYears } from './testing/public-data.ts'
import { membersOf, uniforms, type World } from './testing/worlds.ts'

function modelOf(choice: Choice): ChosenModel {
  if (choice.kind === 'prior') throw new Error(choice.explanation.join(' '))
  return choice
}

const scored = ({ model, calibration }: ChosenModel, table: Table) =>
  logitsOf(model, table).map((z) => calibrated(calibration, z))

const reportOn = ({ candidates }: ChosenModel, name: string) => candidates.find((one) => one.name === name)!

/** The same world at several cut-offs, each with its own members and level. */
const cutOffs = (world: Omit<World, 'seed'>, levels: readonly number[]) =>
  levels.map((level, k) => membersOf({ ...world, seed: 10 * k, logit: (x) => world.logit(x) + level }).table)

describe('too few', () => {
  const of = (lapses: number, n: number): Table => ({
    names: ['x'],
    columns: [Float64Array.from({ length: n }, (_, i) => i)],
    labels: Uint8Array.from({ length: n }, (_, i) => (i < lapses ? 1 : 0)),
    offset: new Float64Array(n),
    n,
  })

  test('lapses: the prior stays, and why', () => {
    const choice = choose([of(30, 1_000), of(19, 500)])
    expect(choice).toMatchObject({ kind: 'prior', n: 1_500, lapses: 49 })
    expect(choice.explanation[0]).toContain('Only 49 lapsed of 1,500 members')
    expect(choose([of(30, 1_000), of(20, 500)]).kind).toBe('model')
    expect(choose([of(49, 1_000)], { leastLapses: 40 }).kind).toBe('model')
  })

  test('who stayed', () => {
    expect(choose([of(970, 1_000)]).explanation[0]).toContain('Only 30 stayed of 1,000 members')
  })
})

test('a malformed table is refused', () => {
  const { table } = membersOf({ n: 300, seed: 1, columns: 1, logit: () => 0 })
  expect(() => choose([{ ...table, offset: new Float64Array(2) }])).toThrow('its offset has 2')
  expect(() => choose([table], { recency: 'silence' })).toThrow("no column 'silence'")
})

describe('a world in which log-odds are a sum', () => {
  const world = { n: 2_500, columns: 5, logit: (x: readonly number[]) => 1.2 * x[0]! + 0.8 * x[1]! - 0.5 * x[2]! - 1 }
  const tables = cutOffs(world, [0, 0.3, -0.2])
  const later = membersOf({ ...world, n: 20_000, seed: 99 })
  let choice: ChosenModel
  beforeAll(() => {
    choice = modelOf(choose(tables, { recency: 'x0' }))
  })

  test('a hazard is chosen on later cut-offs, and trees are not offered', () => {
    expect(choice.name).toMatch(/^hazard/)
    expect(choice).toMatchObject({ heldBackBy: 'later cut-offs', cutOffs: 3, n: 7_500 })
    expect(reportOn(choice, 'boosted trees')).toMatchObject({ offered: false })
    expect(reportOn(choice, 'recency').versusBest!.difference).toBeGreaterThan(0.02)
    expect(reportOn(choice, 'base rate').heldBack).toMatchObject({ n: 5_000, auc: { auc: 0.5 } })
  })

  test('its log-odds are as large as the true ones, and rank members as well', () => {
    const logits = scored(choice, later.table)
    const { slope, inTheLarge } = calibrationSlope(logits, later.table.labels)
    expect(Math.abs(slope - 1)).toBeLessThan(0.1)
    expect(Math.abs(inTheLarge)).toBeLessThan(0.15)
    expect(auc(later.truth, later.table.labels) - auc(logits, later.table.labels)).toBeLessThan(0.005)
    const weights = choice.model.kind === 'hazard' ? choice.model.features : []
    const of = (name: string) => weights.find((feature) => feature.name === name)!
    const total = choice.calibration.kind === 'platt' ? choice.calibration.slope : 1
    for (const [name, truth] of [
      ['x0', 1.2],
      ['x1', 0.8],
      ['x2', -0.5],
    ] as const)
      expect(Math.abs((total * of(name).weight) / of(name).sd - truth)).toBeLessThan(0.15)
  })

  test('its mean risk is the rate of all cut-offs together', () => {
    const whole = pooled(tables)
    const mean = scored(choice, whole).reduce((sum, z) => sum + probability(z), 0) / whole.n
    expect(mean).toBeCloseTo(lapsesIn(whole) / whole.n, 9)
  })

  test('it is plain data, says why, and is the same every time', () => {
    expect(JSON.parse(JSON.stringify(choice))).toEqual(choice)
    expect(choose(tables, { recency: 'x0' })).toEqual(choice)
    const text = choice.explanation.join('\n')
    expect(text).toContain('Learned from 7,500 members at 3 cut-offs')
    expect(text).toContain(`Chosen: ${choice.name}`)
    expect(text).toContain('Not offered: boosted trees, because on the latest past cut-off it does not beat')
  })

  test('a prior that knows everything leaves nothing to learn', () => {
    const knowing = tables.map((table) => ({
      ...table,
      offset: table.offset.map((_, i) => world.logit(table.columns.map((column) => column[i]!))),
    }))
    expect(modelOf(choose(knowing, { recency: 'x0' })).name).toBe('base rate')
  })
})

describe('a world in which two columns tell only together', () => {
  const world = { n: 2_000, columns: 3, logit: ([x, y]: readonly number[]) => (x! * y! > 0 ? 1 : -1.5) }

  test('trees are chosen, once they have proved themselves on a later cut-off', () => {
    const choice = modelOf(choose(cutOffs(world, [0, 0, 0.2])))
    expect(choice.name).toBe('boosted trees')
    expect(reportOn(choice, 'boosted trees')).toMatchObject({ offered: true })
    const other = membersOf({ ...world, seed: 77 }).table
    expect(auc(scored(choice, other), other.labels)).toBeGreaterThan(0.72)
    expect(Math.abs(calibrationSlope(scored(choice, other), other.labels).slope - 1)).toBeLessThan(0.1)
  })

  test('of one cut-off they have not', () => {
    const choice = modelOf(choose(cutOffs(world, [0])))
    expect(choice.name).not.toBe('boosted trees')
    expect(choice.explanation.join('\n')).toContain('there is no later cut-off for it to prove itself on')
  })
})

describe('a world in which silence is all there is', () => {
  const world = { n: 2_500, columns: 6, logit: ([x]: readonly number[]) => 1.3 * x! - 1 }

  test('recency is chosen, and the report says so', () => {
    const choice = modelOf(choose(cutOffs(world, [0, 0]), { recency: 'x0' }))
    expect(choice.name).toBe('recency')
    expect(choice.explanation.join('\n')).toMatch(/silent|No candidate did better/)
  })

  test('it is not offered where nobody knows which column that is', () => {
    const choice = modelOf(choose(cutOffs(world, [0, 0])))
    expect(reportOn(choice, 'recency')).toMatchObject({ offered: false, note: 'no column is known to tell silence' })
  })

  test('a risk that falls with silence is not taken for recency', () => {
    const tables = cutOffs({ ...world, logit: ([x]) => -1.3 * x! - 1 }, [0, 0])
    expect(reportOn(modelOf(choose(tables, { recency: 'x0' })), 'recency').heldBack!.auc.auc).toBeCloseTo(0.5, 6)
  })
})

test('columns of who joined when are for several cut-offs', () => {
  const world = { n: 1_500, columns: 3, logit: ([x, y]: readonly number[]) => x! + y! - 1 }
  const options = { cohortColumns: ['x1'] }
  const one = modelOf(choose(cutOffs(world, [0]), options))
  expect(one.leftOut.map(({ name }) => name)).toEqual(['x1'])
  expect(one.model.features.map(({ name }) => name)).not.toContain('x1')
  expect(one.explanation.join('\n')).toContain('Left out: x1')
  const two = modelOf(choose(cutOffs(world, [0, 0]), options))
  expect(two.leftOut).toEqual([])
  expect(two.model.features.map(({ name }) => name)).toContain('x1')
})

describe('shuffled labels', () => {
  const world = { n: 3_000, columns: 10, logit: (x: readonly number[]) => x[0]! + x[1]! - 1 }
  const shuffled = (table: Table, seed: number): Table => {
    const uniform = uniforms(seed)
    const keys = Float64Array.from(table.labels, () => uniform())
    const order = Uint32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]!)
    return { ...table, labels: Uint8Array.from(order, (i) => table.labels[i]!) }
  }

  test.each([1, 2])('cut-offs: %i: nothing is learned', (count) => {
    const tables = cutOffs(world, new Array<number>(count).fill(0)).map((table, k) => shuffled(table, k))
    const choice = modelOf(choose(tables, { recency: 'x0' }))
    const other = membersOf({ ...world, seed: 55 }).table
    const test = shuffled(other, 5)
    for (const labels of [test.labels, other.labels])
      expect(Math.abs(auc(scored(choice, other), labels) - 0.5)).toBeLessThan(0.03)
    const areas = choice.candidates.flatMap(({ heldBack }) => (heldBack === undefined ? [] : [heldBack.auc.auc]))
    expect(areas.length).toBeGreaterThan(3)
    for (const area of areas) expect(Math.abs(area - 0.5)).toBeLessThan(0.03)
  })
})

const data = sharedData('a choice by rolling origin on public-radio-donors')

test.runIf(data !== undefined)(
  'public radio: who gave in 2001 and will not in 2002, learned from the years before',
  () => {
    const year = (t: number) => donorYears(data ?? '', t, t)
    const choice = modelOf(choose([1998, 1999, 2000].map(year)))
    expect(choice.heldBackBy).toBe('later cut-offs')
    const test = year(2001)
    expect([test.n, lapsesIn(test)]).toEqual([3_163, 951])
    const logits = scored(choice, test)
    expect(auc(logits, test.labels)).toBeGreaterThan(0.67)
    // Of BG/BB, the figure of the data set's README.
    expect(logLoss(logits, test.labels)).toBeLessThan(0.5696)
  },
)
