import { anyRowOf, day, rowOf, START, WITH_OPEN } from '@perennial/features/testing'
import { CONTRIBUTION_GRAIN, logitError } from '@perennial/predictors'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { probability } from './log-odds.ts'
import { parseModel } from './parse-model.ts'
import { topReasons } from './score.ts'
import { readScore } from './score-numbers.ts'
import { createScorer } from './scorer.ts'
import { starterModel } from './starter-model.ts'
import { anyBoosted, anyHazard } from './testing/any-model.ts'
import { BOOSTED, HAZARD } from './testing/trained-models.ts'

const anyModel = fc.oneof(anyHazard, anyBoosted)
const anyRow = anyRowOf(WITH_OPEN)
const later = fc.integer({ min: 0, max: 900 }).map(day)

describe('of any trained model', () => {
  test('contributions add up to the logit, to the last bit and in any order', () => {
    fc.assert(
      fc.property(anyModel, anyRow, later, (model, rows, at) => {
        const scorer = createScorer(model, WITH_OPEN)
        const { contributions, logit, lapseRisk } = scorer.score(rows, 0, at)
        const parts = contributions.map(({ contribution }) => contribution)
        expect(parts.reduce((a, b) => a + b, 0)).toBe(logit)
        expect(parts.toReversed().reduce((a, b) => a + b, 0)).toBe(logit)
        expect(lapseRisk).toBe(probability(logit))
        expect(contributions.map(({ feature }) => feature)).toEqual(scorer.contributionNames)
      }),
      { numRuns: 300 },
    )
  })

  test('the numbers of the hot path are the score', () => {
    fc.assert(
      fc.property(anyModel, anyRow, later, (model, rows, at) => {
        const scorer = createScorer(model, WITH_OPEN)
        const { interval, ...score } = scorer.score(rows, 0, at)
        const numbers = new Float64Array(scorer.scoreSlots)
        scorer.lapseRisk(rows, 0, at)
        scorer.writeAsScored(rows, 0, numbers, 0)
        expect(readScore(model.id, scorer.contributionNames, numbers)).toEqual(score)
        expect(interval).toBeDefined()
      }),
    )
  })

  test('the interval holds the risk, and is on the scale of the risk', () => {
    fc.assert(
      fc.property(anyModel, anyRow, later, (model, rows, at) => {
        const { interval = { low: 1, high: 0 }, lapseRisk } = createScorer(model, WITH_OPEN).score(rows, 0, at)
        expect(interval.low).toBeGreaterThan(0)
        expect(interval.low).toBeLessThanOrEqual(lapseRisk + 1e-12)
        expect(interval.high).toBeGreaterThanOrEqual(lapseRisk - 1e-12)
        expect(interval.high).toBeLessThan(1)
      }),
    )
  })

  test('a file is read back as the model that was written', () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        expect(parseModel(JSON.parse(JSON.stringify(model)), WITH_OPEN)).toEqual({ kind: 'ok', model })
      }),
    )
  })
})

test('a value beyond the limits of a weight counts as the limit, and is told as it is', () => {
  const [first, ...rest] = HAZARD.features
  if (first === undefined) throw new Error('The model has features.')
  const scored = (limits: object) => {
    const model = { ...HAZARD, features: [{ ...first, ...limits }, ...rest] }
    return createScorer(model).score(rowOf({ joinedAt: day(-700) }), 0, day(400)).contributions[2]
  }
  const { value = 0, contribution = 0 } = scored({}) ?? {}
  const part = (limit: number) => (first.weight * (limit - first.mean)) / first.sd
  const slope = HAZARD.calibration.kind === 'platt' ? HAZARD.calibration.slope : 1
  expect(scored({ low: value - 1, high: value + 1 })).toMatchObject({ feature: first.name, value, contribution })
  expect(scored({ high: value - 1 })?.contribution).toBeCloseTo(slope * part(value - 1), 9)
  expect(scored({ low: value + 1 })?.contribution).toBeCloseTo(slope * part(value + 1), 9)
  expect(scored({ low: value + 1 })?.value).toBe(value)
})

test('a broken line adds what lies between its end and the sum before it, and is no reason', () => {
  const calibration = { kind: 'isotonic', from: [-3, 1, 2], to: [-1, 2, 3], slope: 0.5 } as const
  const rows = rowOf({ joinedAt: day(-400) }, [{ signal: 'login', at: day(-300) }])
  for (const model of [HAZARD, BOOSTED]) {
    const plain = createScorer(model).score(rows, 0, START)
    const scorer = createScorer({ ...model, calibration })
    const { contributions, logit } = scorer.score(rows, 0, START)
    const last = contributions.at(-1)
    expect(contributions.slice(0, -1)).toEqual(plain.contributions)
    expect(last).toMatchObject({ feature: 'calibration', known: true, value: plain.logit })
    expect(plain.logit).toBeGreaterThan(-3)
    expect(plain.logit).toBeLessThan(1)
    expect(logit).toBeCloseTo(-1 + (plain.logit + 3) * 0.75, 11)
    expect(last?.contribution).toBeGreaterThan(0)
    expect(topReasons(contributions).map(({ feature }) => feature)).not.toContain('calibration')
    expect(last && scorer.reason(last)).toContain('really lapsed')
  }
})

test('trees are scored by hand: a long silence, little activity', () => {
  const rows = rowOf({ joinedAt: day(-400), lastAt: day(-300) })
  // silence = ln(11) = 2.4, activity 0: the third leaf of the first tree; the second goes left, then above 0.5.
  const { logit } = createScorer(BOOSTED).score(rows, 0, START)
  expect(Math.abs(logit - (-1.1 + 0.4 + 0.2))).toBeLessThan(20 * CONTRIBUTION_GRAIN)
})

test('the interval is 1.645 standard errors of the logit either way, before calibration', () => {
  const calibration = { kind: 'platt', slope: 0.8, intercept: 0.3 } as const
  const rows = rowOf({ joinedAt: day(-400) })
  const { interval, logit } = createScorer({ ...HAZARD, calibration }).score(rows, 0, START)
  const error = logitError(HAZARD, [Math.log1p(400 / 30), 0])
  expect(interval?.low).toBeCloseTo(probability(logit - 0.8 * 1.645 * error), 9)
  expect(interval?.high).toBeCloseTo(probability(logit + 0.8 * 1.645 * error), 9)
})

test('a feature that is not known leaves the interval as at its mean', () => {
  const nobody = createScorer(HAZARD).score(rowOf({}), 0, START)
  const { mean } = HAZARD.features[0] ?? { mean: 0 }
  expect(nobody.interval?.high).toBeCloseTo(probability(nobody.logit + 1.645 * logitError(HAZARD, [mean, 0])), 9)
})

test('who has lapsed, and the starter, have no interval', () => {
  expect(createScorer(HAZARD).score(rowOf({ status: 2 }), 0, START).interval).toBeUndefined()
  expect(createScorer(starterModel()).score(rowOf({}), 0, START).interval).toBeUndefined()
})

test('the horizon is that of the lapse learned, whatever the term', () => {
  const rows = rowOf({ termEnd: day(30) })
  expect(createScorer(HAZARD).score(rows, 0, START).horizon).toEqual({ kind: 'renewal', at: day(365) })
  const inactive = { ...HAZARD, lapse: { kind: 'inactive', days: 90 } } as const
  expect(createScorer(inactive).score(rows, 0, START).horizon).toEqual({ kind: 'activity', at: day(90) })
})

test('the prior counts where the model was fitted with it', () => {
  const rows = rowOf({ renewals: 3 })
  const prior = {
    kind: 'beta-discrete-weibull',
    gamma: 0.7,
    delta: 2,
    c: 0.8,
    offset: true,
    discountRate: 0.1,
    source: '',
  } as const
  const [with_, without] = [true, false].map((offset) =>
    createScorer({ ...HAZARD, prior: { ...prior, offset } }).score(rows, 0, START),
  )
  const part = with_?.contributions.find(({ feature }) => feature === 'prior')
  expect(part?.value).toBe(4)
  expect(part?.contribution).not.toBe(0)
  expect(without?.contributions.find(({ feature }) => feature === 'prior')?.contribution).toBe(0)
  expect(with_?.logit).toBe((without?.logit ?? 0) + (part?.contribution ?? 0))
  // The terms to come are told by the prior either way.
  expect(with_?.remainingTerms).toBe(without?.remainingTerms)
})
