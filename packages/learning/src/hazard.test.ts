import { logitError } from '@perennial/predictors'
import { sharedData } from '@perennial/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { auc } from './auc.ts'
import { fitHazard, type Hazard } from './hazard.ts'
import { probability } from './log-odds.ts'
import { designOf } from './design.ts'
import { brier, logLoss } from './metrics.ts'
import { likelihood, maximise } from './newton.ts'
import { logitsOf } from './predictor.ts'
import { scalesOf } from './standardise.ts'
import { rowsOf, type Table } from './table.ts'
import { donorYears, telcoOfSix, telcoOneHot } from './testing/public-data.ts'
import { membersOf, tableOf } from './testing/worlds.ts'

/** Intercept and weights of the columns as they are. */
function raw({ intercept, features }: Hazard): readonly number[] {
  const weights = features.map(({ weight, sd }) => weight / sd)
  return [features.reduce((sum, { mean }, k) => sum - weights[k]! * mean, intercept), ...weights]
}

function withoutLimits(model: Hazard): Hazard {
  return { ...model, features: model.features.map((one) => ({ ...one, low: -Infinity, high: Infinity })) }
}

const world = { n: 4_000, seed: 1, columns: 3, logit: ([x, y]: readonly number[]) => x! - 0.5 * y! - 1 }

test('finds the weights of a simulated world within their errors', () => {
  const { table } = membersOf({ ...world, n: 50_000 })
  const model = fitHazard(table, { lambda: 0 })
  expect(model.fit).toMatchObject({ converged: true, separation: { kind: 'none' }, n: 50_000 })
  const truth = [-1, 1, -0.5, 0]
  raw(model).forEach((weight, k) => expect(Math.abs(weight - truth[k]!)).toBeLessThan(0.05))
  const predicted = logitsOf(model, table).reduce((sum, z) => sum + probability(z), 0)
  expect(predicted).toBeCloseTo(model.fit.lapses, 5)
})

test('an interval of two errors holds the true logit 19 times in 20', () => {
  const values = [1, -1, 0.5]
  const held = Array.from({ length: 200 }, (_, seed) => {
    const model = fitHazard(membersOf({ ...world, n: 500, seed }).table, { lambda: 0 })
    const one = tableOf(['x0', 'x1', 'x2'], [[0, ...values]])
    return Math.abs(logitsOf(model, one)[0]! - world.logit(values)) < 1.96 * logitError(model, values)
  })
  const share = held.filter(Boolean).length / held.length
  expect(share).toBeGreaterThan(0.9)
  expect(share).toBeLessThan(0.99)
})

test('a weight is not drawn out far beyond the values that it was learned from', () => {
  const { table } = membersOf(world)
  // A column that hardly varies, as what a yearly gift of June still counts for on a day in January: 2.4 % a day.
  const dust = table.columns[2]!.map((x) => 0.0136 + 2e-6 * x)
  const model = fitHazard({ ...table, columns: [table.columns[0]!, table.columns[1]!, dust] }, { lambda: 1 })
  const { low, high, weight, mean, sd } = model.features[2]!
  expect(Math.abs(weight)).toBeGreaterThan(0.01)
  const at = (value: number) => logitsOf(model, tableOf(['x0', 'x1', 'x2'], [[0, 0, 0, value]]))[0]!
  expect(at(0.0139)).toBe(at(high))
  expect(at(0)).toBe(at(low))
  expect(at(high) - at(mean)).toBeCloseTo((weight * (high - mean)) / sd, 9)
  expect((Math.max(...dust) + sd) / high).toBeCloseTo(1, 12)
  expect((Math.min(...dust) - sd) / low).toBeCloseTo(1, 12)
  expect(logitError({ ...model, covariance: [...model.covariance] }, [0, 0, 0.0139])).toBeLessThan(1)
})

test('many columns, whose second derivative is used for several steps, reach the same maximum', () => {
  const { table } = membersOf({ n: 3_000, seed: 3, columns: 20, logit: (x) => 2 * x[0]! - 1.5 * x[7]! + x[19]! - 2 })
  const { converged, iterations } = fitHazard(table, { lambda: 1 }).fit
  expect(converged).toBe(true)
  expect(iterations).toBeLessThan(40)
  const { scales } = scalesOf(table)
  const { at, weights } = maximise(designOf(table, scales), 1)
  for (const slope of at.gradient) expect(Math.abs(slope)).toBeLessThan(1e-5)
  expect(at).toEqual(likelihood(designOf(table, scales), weights, 1))
})

test('the offset is taken as given', () => {
  const { table, truth } = membersOf(world)
  const rest = fitHazard({ ...table, offset: truth }, { lambda: 0 })
  raw(rest).forEach((weight) => expect(Math.abs(weight)).toBeLessThan(0.15))
})

test('the order of rows moves nothing but the last bits', () => {
  const { table } = membersOf(world)
  const sorted = Int32Array.from(table.labels.keys()).sort((a, b) => table.labels[a]! - table.labels[b]!)
  const [model, other] = [fitHazard(table, { lambda: 1 }), fitHazard(rowsOf(table, sorted), { lambda: 1 })]
  raw(model).forEach((weight, k) => expect(raw(other)[k]).toBeCloseTo(weight, 9))
  expect(other.fit.converged).toBe(true)
  expect(fitHazard(table, { lambda: 1 })).toEqual(model)
})

test('many rows in order of their labels converge too', () => {
  const n = 400_000
  const labels = Uint8Array.from({ length: n }, (_, i) => (i < 124_079 ? 1 : 0))
  const model = fitHazard({ names: [], columns: [], labels, offset: new Float64Array(n), n }, { lambda: 0 })
  expect(model.fit).toMatchObject({ converged: true, separation: { kind: 'none' } })
  const rate = 124_079 / n
  expect(model.intercept).toBeCloseTo(Math.log(rate / (1 - rate)), 9)
  // Added one by one, half a million roundings of one sign would show here.
  const perMember = rate * Math.log(rate) + (1 - rate) * Math.log(1 - rate)
  expect(model.fit.logLikelihood).toBeCloseTo(n * perMember, 7)
})

test('a stronger ridge makes smaller weights, and leaves the base rate alone', () => {
  const { table } = membersOf(world)
  const sizes = [0, 10, 1_000, 1e6].map((lambda) => {
    const { features } = fitHazard(table, { lambda })
    return Math.hypot(...features.map(({ weight }) => weight))
  })
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
  expect(sizes.at(-1)).toBeLessThan(0.01)
  const shrunk = fitHazard(table, { lambda: 1e9 })
  expect(shrunk.intercept).toBeCloseTo(Math.log(shrunk.fit.lapses / (table.n - shrunk.fit.lapses)), 4)
})

describe('columns without a weight', () => {
  const { table } = membersOf(world)
  const [x, y, z] = table.columns
  const withColumns = (names: readonly string[], columns: readonly Float64Array[]): Table => ({
    ...table,
    names: [...table.names, ...names],
    columns: [...table.columns, ...columns],
  })

  test('constant, unknown and collinear ones are dropped, with the reason', () => {
    const more = withColumns(
      ['same', 'unknown', 'sum', 'twice'],
      [x!.map(() => 7.1), x!.map(() => Number.NaN), x!.map((v, i) => v - 3 * y![i]! + 2), z!.map((v) => 2 * v)],
    )
    const model = fitHazard(more, { lambda: 0 })
    expect(model.features.map(({ name }) => name)).toEqual(['x0', 'x1', 'x2'])
    expect(Object.fromEntries(model.dropped.map(({ name, reason }) => [name, reason]))).toEqual({
      same: 'the same for every member: 7.1',
      unknown: 'unknown for every member',
      sum: 'a linear combination of the columns before it',
      twice: 'a linear combination of the columns before it',
    })
    const bare = raw(fitHazard(table, { lambda: 0 }))
    raw(model).forEach((weight, k) => expect(weight).toBeCloseTo(bare[k]!, 9))
  })

  test('an unknown value counts as the mean of the known ones', () => {
    const half = x!.map((v, i) => (i % 2 === 0 ? v : Number.NaN))
    const known = half.filter((v) => !Number.isNaN(v))
    const mean = known.reduce((sum, v) => sum + v, 0) / known.length
    const fit = (first: Float64Array) => fitHazard({ ...table, columns: [first, y!, z!] }, { lambda: 0 })
    const [unknown, filled] = [fit(half), fit(half.map((v) => (Number.isNaN(v) ? mean : v)))]
    raw(unknown).forEach((weight, k) => expect(weight).toBeCloseTo(raw(filled)[k]!, 9))
  })
})

describe('separation', () => {
  const rows = Array.from({ length: 40 }, (_, i) => [i < 20 ? 0 : 1, i < 20 ? i : i + 5, (i * 7) % 11])

  test('complete: a ridge of 1 stands in where none was asked for', () => {
    const model = fitHazard(tableOf(['x', 'noise'], rows), { lambda: 0 })
    expect(model.fit).toMatchObject({ separation: { kind: 'complete' }, lambdaAsked: 0, converged: true })
    expect(model.lambda).toBe(1)
    expect(Math.abs(model.features[0]!.weight)).toBeLessThan(10)
  })

  test('by one column, but for ties at its threshold: the column is named', () => {
    const table = tableOf(
      ['x', 'all lapsed'],
      Array.from({ length: 60 }, (_, i) => [i % 3 === 0 ? 1 : 0, (i * 7) % 11, i % 6 === 0 ? 1 : 0]),
    )
    for (const lambda of [0, 1])
      expect(fitHazard(table, { lambda }).fit.separation).toEqual({ kind: 'quasi', columns: ['all lapsed'] })
  })

  test('by two columns together: seen where there is no ridge', () => {
    // Whoever has both lapsed; whoever has one or none may or may not.
    const table = tableOf(
      ['a', 'b'],
      Array.from({ length: 80 }, (_, i) => {
        const [a, b] = [i % 2, (i >> 1) % 2]
        return [a + b === 1 ? (i >> 2) % 2 : a, a, b]
      }),
    )
    const model = fitHazard(table, { lambda: 0 })
    expect(model.fit.separation.kind).toBe('quasi')
    expect(model.features.every(({ weight }) => Math.abs(weight) < 20)).toBe(true)
  })
})

test('needs members of both kinds', () => {
  expect(() =>
    fitHazard(
      tableOf(
        ['x'],
        [
          [0, 1],
          [0, 2],
        ],
      ),
      { lambda: 1 },
    ),
  ).toThrow('0 of 2 lapsed')
})

test('whatever the columns, a fit is finite and plain data', () => {
  const cell = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.constant(Number.NaN),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  )
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), cell, cell, cell), { minLength: 3, maxLength: 40 })
  fc.assert(
    fc.property(rows, fc.constantFrom(0, 0.5, 100), (rows, lambda) => {
      fc.pre(new Set(rows.map(([label]) => label)).size === 2)
      const model = fitHazard(tableOf(['a', 'b', 'c'], rows), { lambda })
      expect(model.fit.converged).toBe(true)
      const text = JSON.stringify(model)
      expect(text).not.toContain('null')
      expect(JSON.stringify(JSON.parse(text))).toBe(text)
      expect([...logitsOf(model, tableOf(['a', 'b', 'c'], rows))].every(Number.isFinite)).toBe(true)
    }),
  )
})

const data = sharedData('maximum-likelihood hazards of public data')

describe.runIf(data !== undefined)('the figures of the public data sets', () => {
  test('telco: nine digits of the maximum-likelihood logistic', () => {
    const table = telcoOfSix(data ?? '')
    const model = fitHazard(table, { lambda: 0 })
    const published = [-1.746937906, -0.94739437, -1.815350691, -0.037378318, 0.025104321, 0.467192639, 0.430992257]
    raw(model).forEach((weight, k) => expect(Math.abs(weight - published[k]!)).toBeLessThan(1e-9))
    expect(-2 * model.fit.logLikelihood).toBeCloseTo(6067.3314, 4)
  })

  test('telco, one column for each value: better than .85 on the test part', () => {
    const { train, test } = telcoOneHot(data ?? '')
    expect(test.n).toBe(2_062)
    const logits = logitsOf(fitHazard(train, { lambda: 1 }), test)
    expect(auc(logits, test.labels)).toBeCloseTo(0.8568, 3)
    expect(logLoss(logits, test.labels)).toBeCloseTo(0.4092, 3)
  })

  test('public radio: the discrete-time hazard', () => {
    const model = fitHazard(donorYears(data ?? '', 1996, 2001), { lambda: 0 })
    expect(model.fit.n).toBe(24_615)
    const published = [-0.08349152, -0.44287834, -0.09708586, 0.1434058]
    raw(model).forEach((weight, k) => expect(weight).toBeCloseTo(published[k]!, 8))
    expect(model.fit.logLikelihood).toBeCloseTo(-14_995.354, 3)
    const later = donorYears(data ?? '', 2002, 2005)
    // As published: values beyond those of the training years are drawn out.
    const logits = logitsOf(withoutLimits(model), later)
    expect(later.n).toBe(11_324)
    expect(auc(logits, later.labels)).toBeCloseTo(0.65656, 5)
    expect(brier(logits, later.labels)).toBeCloseTo(0.19982, 5)
    expect(logLoss(logits, later.labels)).toBeCloseTo(0.58952, 5)
  })
})
