import { sharedData } from '@perennial/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { auc } from './auc.ts'
import { fitBoosted, heldBackLosses } from './boosted.ts'
import { fitHazard } from './hazard.ts'
import { probability } from './log-odds.ts'
import { logLoss } from './metrics.ts'
import { logitsOf } from './predictor.ts'
import { telcoOneHot } from './testing/public-data.ts'
import { membersOf, tableOf } from './testing/worlds.ts'

// No line through x0 or x1 tells anything; both together tell a lot.
const crossed = { n: 6_000, columns: 3, logit: ([x, y]: readonly number[]) => (x! * y! > 0 ? 1.5 : -1.5) }

test('finds what two columns tell together, and one-split trees do not', () => {
  const { table } = membersOf({ ...crossed, seed: 1 })
  const other = membersOf({ ...crossed, seed: 2 }).table
  const area = (depth: number) => auc(logitsOf(fitBoosted(table, { rounds: 60, depth }), other), other.labels)
  expect(area(1)).toBeLessThan(0.55)
  expect(area(2)).toBeGreaterThan(0.8)
  expect(area(3)).toBeGreaterThan(0.8)
})

test('as many trees as rounds, and columns without use are not named', () => {
  const { table } = membersOf({ ...crossed, seed: 1 })
  const model = fitBoosted(
    { ...table, columns: [...table.columns.slice(0, 2), new Float64Array(table.n)] },
    { rounds: 20 },
  )
  expect(model.trees).toHaveLength(20)
  expect(model.features.map(({ name }) => name)).toEqual(['x0', 'x1'])
  expect(
    model.trees.every(
      ({ columns, values, shares }) => columns.length === 3 && values.length === 4 && shares.length === 4,
    ),
  ).toBe(true)
})

test('without trees it is the base rate, and the offset counts in full', () => {
  const { table, truth } = membersOf({ n: 2_000, seed: 1, columns: 1, logit: ([x]) => x! })
  const bare = fitBoosted({ ...table, offset: truth }, { rounds: 0 })
  expect(bare.intercept).toBeCloseTo(
    fitHazard({ ...table, names: [], columns: [], offset: truth }, { lambda: 0 }).intercept,
    9,
  )
  const trees = fitBoosted({ ...table, offset: truth }, { rounds: 20 })
  const added = logitsOf(trees, { ...table, offset: truth }).map((z, i) => z - truth[i]!)
  expect(added.reduce((sum, z) => sum + Math.abs(z), 0) / table.n).toBeLessThan(0.2)
})

test('trees raise the likelihood of what they are grown on, each one', () => {
  const { table } = membersOf({ ...crossed, seed: 3, n: 1_000 })
  const likelihoods = [0, 1, 5, 20, 50].map((rounds) => fitBoosted(table, { rounds }).fit.logLikelihood)
  expect(likelihoods).toEqual([...likelihoods].sort((a, b) => a - b))
  const { intercept, trees } = fitBoosted(table, { rounds: 50 })
  expect(trees).toHaveLength(50)
  expect(intercept).toBeCloseTo(fitBoosted(table, { rounds: 0 }).intercept, 12)
})

test('the likelihood told is that of the predictions', () => {
  const { table } = membersOf({ ...crossed, seed: 3, n: 1_000 })
  const model = fitBoosted(table, { rounds: 30 })
  expect(-table.n * logLoss(logitsOf(model, table), table.labels)).toBeCloseTo(model.fit.logLikelihood, 6)
})

test('stops when held-back members gain no more, at the rate they lapsed at', () => {
  const grown = membersOf({ ...crossed, seed: 1, n: 500 }).table
  const heldBack = membersOf({ ...crossed, seed: 2, n: 500 }).table
  const losses = heldBackLosses(grown, heldBack, { rounds: 300 })
  const best = losses.indexOf(Math.min(...losses))
  expect(losses.length - 1 - best).toBe(25)
  expect(losses[best]).toBeLessThan(losses[0]! - 0.1)
  const model = fitBoosted(grown, { rounds: best })
  const rate = (n: number, lapses: number) => Math.log(lapses / (n - lapses))
  const level =
    rate(
      500,
      heldBack.labels.reduce((sum, y) => sum + y, 0),
    ) - model.intercept
  const moved = logitsOf(model, heldBack).map((z) => z + level)
  expect(logLoss(moved, heldBack.labels)).toBeCloseTo(losses[best]!, 9)
})

test('the same members give the same trees', () => {
  const { table } = membersOf({ ...crossed, seed: 1, n: 2_000 })
  expect(fitBoosted(table, { rounds: 10, rowsPerTree: 300 })).toEqual(
    fitBoosted(table, { rounds: 10, rowsPerTree: 300 }),
  )
})

test('growing each tree on some of the rows finds the same', () => {
  const { table } = membersOf({ ...crossed, seed: 1 })
  const other = membersOf({ ...crossed, seed: 2 }).table
  const [some, all] = [1_000, 6_000].map((rowsPerTree) => {
    const model = fitBoosted(table, { rounds: 60, rowsPerTree })
    return auc(logitsOf(model, other), other.labels)
  })
  expect(some).toBeGreaterThan(all! - 0.02)
})

test('a column said to raise the risk never lowers it, at any depth', () => {
  const shape = fc.record({
    seed: fc.integer({ min: 0, max: 1_000 }),
    depth: fc.integer({ min: 1, max: 3 }),
    direction: fc.constantFrom<(1 | -1)[]>(1, -1),
  })
  fc.assert(
    fc.property(shape, ({ seed, depth, direction }) => {
      // The truth goes up and down, so that free trees would too.
      const { table } = membersOf({ n: 400, seed, columns: 2, logit: ([x, y]) => 2 * Math.sin(2 * x!) + x! * y! })
      const model = fitBoosted(table, { rounds: 15, depth, monotone: { x0: direction } })
      const steps = Array.from({ length: 50 }, (_, k) => [0, k / 8 - 3, (seed % 5) - 2])
      const logits = logitsOf(model, tableOf(['x0', 'x1'], steps))
      for (let k = 1; k < logits.length; k++)
        expect(direction * (logits[k]! - logits[k - 1]!)).toBeGreaterThanOrEqual(-1e-9)
    }),
    { numRuns: 25 },
  )
})

test('a column that goes the other way is not split on', () => {
  const { table } = membersOf({ n: 2_000, seed: 4, columns: 1, logit: ([x]) => 2 * x! })
  expect(fitBoosted(table, { rounds: 5, monotone: { x0: -1 } }).features).toEqual([])
})

test('free trees do go up and down there', () => {
  const { table } = membersOf({ n: 2_000, seed: 4, columns: 1, logit: ([x]) => 3 * Math.sin(2 * x!) })
  const logits = logitsOf(
    fitBoosted(table, { rounds: 30 }),
    tableOf(
      ['x0'],
      [
        [0, -0.8],
        [0, 0.8],
        [0, 2.2],
      ],
    ),
  )
  expect(logits[1]).toBeGreaterThan(logits[0]! + 1)
  expect(logits[1]).toBeGreaterThan(logits[2]! + 1)
})

test('an unknown value counts as the mean of the known ones', () => {
  const { table } = membersOf({ n: 1_000, seed: 1, columns: 1, logit: ([x]) => 2 * x! })
  const holed = { ...table, columns: [table.columns[0]!.map((x, i) => (i % 5 === 0 ? Number.NaN : x))] }
  const model = fitBoosted(holed, { rounds: 20 })
  const [unknown, atMean] = logitsOf(
    model,
    tableOf(
      ['x0'],
      [
        [0, Number.NaN],
        [0, model.features[0]!.mean],
      ],
    ),
  )
  expect(unknown).toBe(atMean)
  expect(Math.abs(model.features[0]!.mean)).toBeLessThan(0.2)
})

test('whatever the columns, trees are finite and plain data', () => {
  const cell = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.constant(Number.NaN),
    fc.double({ min: -1e100, max: 1e100, noNaN: true }),
  )
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), cell, cell), { minLength: 3, maxLength: 60 })
  fc.assert(
    fc.property(rows, (rows) => {
      fc.pre(new Set(rows.map(([label]) => label)).size === 2)
      const table = tableOf(['a', 'b'], rows)
      const model = fitBoosted(table, { rounds: 5, leastInformation: 0.5 })
      const text = JSON.stringify(model)
      expect(text).not.toContain('null')
      expect(JSON.stringify(JSON.parse(text))).toBe(text)
      expect([...logitsOf(model, table)].every(Number.isFinite)).toBe(true)
    }),
  )
})

const data = sharedData('boosted trees on telco-churn')

describe.runIf(data !== undefined)('telco, one column for each value', () => {
  test('ranks better than .85 on the test part, with true probabilities', () => {
    const { train, test } = telcoOneHot(data ?? '')
    const logits = logitsOf(fitBoosted(train, { rounds: 120 }), test)
    expect(auc(logits, test.labels)).toBeGreaterThan(0.858)
    expect(logLoss(logits, test.labels)).toBeLessThan(0.41)
    const predicted = logits.reduce((sum, z) => sum + probability(z), 0) / test.n
    expect(predicted).toBeCloseTo(0.2726, 1)
  })
})
