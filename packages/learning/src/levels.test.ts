import { expect, test } from 'vitest'
import { fitHazard, type Hazard } from './hazard.ts'
import { fitWithLevels, levelled, levelOf } from './levels.ts'
import { probability } from './log-odds.ts'
import { logitsOf } from './predictor.ts'
import { lapsesIn, pooled, type Table } from './table.ts'
import { membersOf, normals } from './testing/worlds.ts'

const meanOf = (logits: Float64Array) => logits.reduce((sum, z) => sum + probability(z), 0) / logits.length

test('moves log-odds to the rate at which members lapsed', () => {
  const { table, truth } = membersOf({ n: 500, seed: 1, columns: 1, logit: ([x]) => x! })
  const moved = levelled(
    truth.map((z) => z - 3),
    table,
  )
  expect(meanOf(moved)).toBeCloseTo(lapsesIn(table) / 500, 9)
  expect(levelOf(moved, table)).toBeCloseTo(0, 9)
})

test('where nobody lapsed, or everybody, to half a member', () => {
  const { table } = membersOf({ n: 50, seed: 1, columns: 1, logit: () => 0 })
  const none = { ...table, labels: new Uint8Array(50) }
  const all = { ...table, labels: new Uint8Array(50).fill(1) }
  expect(levelOf(none.offset, none)).toBeCloseTo(-Math.log(100), 12)
  expect(levelOf(all.offset, all)).toBeCloseTo(Math.log(100), 12)
})

// The rate goes from a tenth to more than half, and `year` grows with it for everybody.
test('a column that tells the years apart does not take the credit for their levels', () => {
  const normal = normals(3)
  const dated = [-2, -1, 0, 1].map((level, year): Table => {
    const { table } = membersOf({ n: 2_000, seed: year, columns: 1, logit: ([x]) => x! + level })
    return {
      ...table,
      names: ['x', 'year'],
      columns: [...table.columns, table.columns[0]!.map(() => year + 0.3 * normal())],
    }
  })
  const weightOf = (name: string, model: Hazard) => {
    const feature = model.features.find((feature) => feature.name === name)!
    return feature.weight / feature.sd
  }
  const naive = fitHazard(pooled(dated), { lambda: 1 })
  const model = fitWithLevels(dated, (table) => fitHazard(table, { lambda: 1 }))
  expect(weightOf('year', naive)).toBeGreaterThan(0.8)
  expect(Math.abs(weightOf('year', model))).toBeLessThan(0.25)
  expect(weightOf('x', model)).toBeCloseTo(1, 0)
  const whole = pooled(dated)
  expect(meanOf(logitsOf(model, whole))).toBeCloseTo(lapsesIn(whole) / whole.n, 9)
})

test('of one cut-off it is the fit itself', () => {
  const { table } = membersOf({ n: 300, seed: 1, columns: 2, logit: ([x]) => x! })
  expect(fitWithLevels([table], (t) => fitHazard(t, { lambda: 1 }))).toEqual(fitHazard(table, { lambda: 1 }))
})
