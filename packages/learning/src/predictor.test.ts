import { sharedData } from '@perennial/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitBoosted } from './boosted.ts'
import { fitHazard, type Hazard } from './hazard.ts'
import { probability } from './log-odds.ts'
import { type LapseModel, logitsOf, predictorOf } from './predictor.ts'
import { referenceScores } from './testing/public-data.ts'
import { membersOf } from './testing/worlds.ts'

const { table } = membersOf({ n: 2_000, seed: 1, columns: 4, logit: ([x, y, z]) => x! + y! * z! - 1 })
const models: readonly [string, LapseModel][] = [
  ['hazard', fitHazard(table, { lambda: 1 })],
  ['trees of depth 1', fitBoosted(table, { rounds: 40, depth: 1 })],
  ['trees of depth 2', fitBoosted(table, { rounds: 40, depth: 2 })],
  ['trees of depth 3', fitBoosted(table, { rounds: 40, depth: 3 })],
]

const value = fc.oneof(fc.double({ min: -4, max: 4, noNaN: true }), fc.constant(Number.NaN))
const member = fc.record({
  values: fc.array(value, { minLength: 4, maxLength: 4 }),
  offset: fc.double({ min: -5, max: 5, noNaN: true }),
})

describe.each(models)('%s', (_, model) => {
  const { names, intercept, logit, error } = predictorOf(model)

  test('contributions, offset and intercept are the logit, to the last bit and in any order', () => {
    fc.assert(
      fc.property(member, ({ values, offset }) => {
        const contributions = new Float64Array(names.length)
        const rounded = logit(values, offset, contributions) - logit(values, 0, contributions)
        const parts = [intercept, rounded, ...contributions]
        const whole = logit(values, offset, contributions)
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole)
        expect(parts.toReversed().reduce((sum, part) => sum + part, 0)).toBe(whole)
        expect(rounded).toBeCloseTo(offset, 11)
      }),
    )
  })

  test('survives being written to a file', () => {
    const read: LapseModel = JSON.parse(JSON.stringify(model))
    expect(logitsOf(read, table)).toEqual(logitsOf(model, table))
  })

  test('on average members are where the model says the average is', () => {
    const contributions = new Float64Array(names.length)
    const sums = new Float64Array(names.length)
    for (let i = 0; i < table.n; i++) {
      logit(
        names.map((name) => table.columns[table.names.indexOf(name)]![i]!),
        0,
        contributions,
      )
      contributions.forEach((part, k) => (sums[k]! += part))
    }
    // Path-dependent values keep this for the sum over columns, and for one column only where columns are independent.
    expect(sums.reduce((sum, part) => sum + part, 0) / table.n).toBeCloseTo(0, 6)
  })

  test('the error of the logit is least for the average member', () => {
    const far = error(names.map(() => 4))
    expect(error(names.map(() => Number.NaN))).toBeLessThan(far / 2)
    expect(error(names.map(() => Number.NaN))).toBeGreaterThan(0.03)
  })

  test('a table without a column of the model is refused', () => {
    expect(() => logitsOf(model, { ...table, names: ['other', 'x1', 'x2', 'x3'] })).toThrow("no column 'x0'")
  })
})

test('an unknown value contributes nothing to a hazard', () => {
  const { logit } = predictorOf(models[0]![1])
  const contributions = new Float64Array(4)
  logit([1, Number.NaN, 1, Number.NaN], 0, contributions)
  expect(contributions[1]).toBe(0)
  expect(contributions[3]).toBe(0)
  expect(contributions[0]).not.toBe(0)
})

const data = sharedData('probabilities of the reference scores')

test.runIf(data !== undefined)('with the weights of its README, the reference probabilities of k8s-membership', () => {
  const k8s = referenceScores(data ?? '', 'k8s-membership')
  const columns = ['all_dec365', 'all_since', 'breadth365']
  const [means, sds] = [
    [1.716614, 4.899391, 0.720441],
    [1.300141, 1.840727, 0.600002],
  ] as const
  const weights = [-0.111635, 0.544358, -1.794832]
  const model: Hazard = {
    kind: 'hazard',
    intercept: -2.301453,
    features: columns.map((name, k) => ({
      name,
      mean: means[k]!,
      sd: sds[k]!,
      low: -Infinity,
      high: Infinity,
      weight: weights[k]!,
    })),
    dropped: [],
    lambda: 1,
    covariance: [],
    fit: { n: 1_135, lapses: 270, logLikelihood: 0, converged: true, iterations: 0, separation: { kind: 'none' } },
  }
  const logs = { ...k8s, columns: k8s.columns.map((column) => column.map((x) => Math.log1p(x))) }
  const published = k8s.columns[k8s.names.indexOf('p_lr3')]!
  logitsOf(model, logs).forEach((logit, i) => expect(Math.abs(probability(logit) - published[i]!)).toBeLessThan(1e-5))
})
