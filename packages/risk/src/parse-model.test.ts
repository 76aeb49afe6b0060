import { WITH_OPEN } from '@perennial/features/testing'
import { BUILT_IN } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import starter from './models/starter-v1.json' with { type: 'json' }
import { parseModel } from './parse-model.ts'
import { starterModel } from './starter-model.ts'
import { BOOSTED, HAZARD } from './testing/trained-models.ts'

function problems(json: unknown, vocabulary = BUILT_IN): readonly string[] {
  const parsed = parseModel(json, vocabulary)
  return parsed.kind === 'ok' ? [] : parsed.problems.map(({ path, reason }) => `${path} ${reason}`)
}

/** A model with one value replaced, `path` as in problems: `features[0].name`. */
function broken(path: string, value: unknown, model: object = starter): unknown {
  const json: unknown = structuredClone(model)
  const keys = path.split(/[.[\]]+/).filter(Boolean)
  let at = json as Record<string, unknown>
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>
  at[keys.at(-1) ?? ''] = value
  return json
}

test('the starter model is sound, says what it is, and centres nothing it does not say', () => {
  const model = starterModel()
  expect(model.kind).toBe('starter, not trained')
  expect(model.calibration).toEqual({ kind: 'platt', slope: 1, intercept: 0 })
  expect(model.features.every(({ sd }) => sd === 1)).toBe(true)
  expect(model.features.find(({ name }) => name === 'overdue')?.mean).toBe(0)
})

test('a feature of an open signal needs the deployment to name it', () => {
  const own = broken('features[0].name', 'sum_30:code.merged')
  expect(problems(own)[0]).toContain('features[0].name needs the signal code.merged, which the signals file')
  expect(problems(own, WITH_OPEN).filter((problem) => problem.startsWith('features'))).toEqual([])
})

describe('one thing wrong is named by path and reason', () => {
  test.each([
    ['id', '', 'id must be a text, not ""'],
    ['kind', 'guessed', 'kind must be one of "starter, not trained", "trained", not "guessed"'],
    ['version', 2, 'version must be 1, the one form of model files that this release knows, not 2'],
    ['version', 1.5, 'version must be 1, the one form of model files that this release knows, not 1.5'],
    ['horizon.activityDays', 0, 'horizon.activityDays must be a number above 0, not 0'],
    ['horizon', 90, 'horizon must be an object, not 90'],
    ['intercept.value', '0', 'intercept.value must be a number, not "0"'],
    ['prior.alpha', -1, 'prior.alpha must be a number above 0, not -1'],
    ['features', {}, 'features must be a list, not {}'],
    ['features[2].name', 'horoscope', 'features[2].name is no feature: horoscope. There are consumption_30'],
    ['features[1].name', 'consumption_30', 'features[1].name stands twice: consumption_30'],
    ['features[0].sd', 0, 'features[0].sd must be a number above 0, not 0'],
    ['features[0].low', 'none', 'features[0].low must be a number, not "none"'],
    ['features[0].reason', undefined, 'features[0].reason must be a text, not missing'],
    ['features[0].wieght', 1, 'features[0].wieght is not a known key'],
    ['bands.high.exit', 0.5, 'bands.high.exit must not be above enter: 0.5 > 0.45'],
    ['bands.medium.enter', 0.6, 'bands.high.enter must be above medium.enter'],
    ['bands.medium.enter', 1, 'bands.medium.enter must be a number between 0 and 1, not 1'],
    ['bands.holdDays.fall', -1, 'bands.holdDays.fall must be a number from 0, not -1'],
    ['engagement.weights.silense', 1, 'engagement.weights.silense is none of the features of this model'],
    ['engagement.percentiles.values', [0, 2, 1], 'engagement.percentiles.values must never fall'],
    ['engagement.percentiles.values', [0], 'engagement.percentiles.values must hold at least'],
    ['confidence.least', 2, 'confidence.least must be a number from 0 to 1, not 2'],
    ['calibration', { slope: -1, intercept: 0 }, 'calibration.slope must be a number above 0, not -1'],
    ['kind', 'trained', 'training must be an object, not missing'],
    ['colour', 'red', 'colour is not a known key'],
  ])('%s = %j', (path, value, problem) => {
    expect(problems(broken(path, value))).toContainEqual(expect.stringContaining(problem))
  })

  test('something that is no object at all', () => {
    expect(problems([])[0]).toBe('(file) must be an object, not []')
    expect(problems(undefined)[0]).toBe('(file) must be an object, not missing')
  })
})

test('several things wrong are told together', () => {
  expect(problems({ ...starter, id: 3, version: 0, prior: undefined }).length).toBeGreaterThanOrEqual(3)
})

const { alpha: _, beta: __, ...PRIOR } = starter.prior

function bent(from: readonly number[], to: readonly number[]) {
  return { kind: 'isotonic', from, to, slope: 1 }
}

describe('a trained model', () => {
  test.each([
    ['with weights', HAZARD],
    ['of trees', BOOSTED],
    [
      'with another prior',
      { ...HAZARD, prior: { ...PRIOR, offset: true, kind: 'beta-discrete-weibull', gamma: 0.8, delta: 1.2, c: 1.1 } },
    ],
    [
      'with a broken line',
      { ...BOOSTED, calibration: { kind: 'isotonic', from: [-2, 0, 3], to: [-3, 0.1, 2], slope: 0.8 } },
    ],
    ['of another lapse', { ...HAZARD, lapse: { kind: 'inactive', days: 90, stream: 'purchase' } }],
  ])('%s is what its file says', (_, model) => {
    expect(parseModel(JSON.parse(JSON.stringify(model)))).toEqual({ kind: 'ok', model })
  })

  test('needs the signals that it learned from, whether or not it weighs them', () => {
    const own = { ...HAZARD, signals: ['forum.thanked', 'shift.missed'] }
    expect(problems(own, WITH_OPEN)).toEqual([
      'signals[1] needs the signal shift.missed, which the signals file (PERENNIAL_SIGNALS) does not name',
    ])
    expect(problems({ ...HAZARD, signals: ['forum.thanked'] }, WITH_OPEN)).toEqual([])
  })

  test.each([
    [HAZARD, 'form', 'deep', 'form must be one of "hazard", "boosted", not "deep"'],
    [HAZARD, 'training', undefined, 'training must be an object, not missing'],
    [HAZARD, 'lapse', undefined, 'lapse must be an object, not missing'],
    [HAZARD, 'lapse.days', 0, 'lapse.days must be a number above 0, not 0'],
    [HAZARD, 'lapse.kind', 'gone', 'lapse.kind must be one of "left", "inactive", not "gone"'],
    [HAZARD, 'horizon', { activityDays: 9 }, 'horizon is not a known key'],
    [HAZARD, 'signals', [3], 'signals must be a list of texts, not [3]'],
    [HAZARD, 'features[1].weight', undefined, 'features[1].weight must be a number, not missing'],
    [HAZARD, 'covariance', [1, 2], 'covariance must be 6 numbers, the lower triangle for an intercept and 2 features'],
    [HAZARD, 'prior.offset', 'no', 'prior.offset must be true or false, not "no"'],
    [HAZARD, 'prior.kind', 'weibull', 'prior.kind must be one of "shifted-beta-geometric", "beta-discrete-weibull"'],
    [HAZARD, 'calibration.kind', 'beta', 'calibration.kind must be one of "platt", "isotonic", not "beta"'],
    [HAZARD, 'calibration', bent([0, 1], [0, 0]), 'calibration.to must rise throughout'],
    [HAZARD, 'calibration', bent([0, 1], [0]), 'calibration.to must be 2 in number, like from'],
    [HAZARD, 'calibration', bent([], []), 'calibration.from must hold at least one point'],
    [HAZARD, 'trees', [], 'trees is not a known key'],
    [BOOSTED, 'trees', undefined, 'trees must be a list, not missing'],
    [BOOSTED, 'features[0].weight', 1, 'features[0].weight is not a known key'],
    [BOOSTED, 'trees[0].columns', [0, 1], 'trees[0].columns must be 1, 3, 7 in number, not 2'],
    [BOOSTED, 'trees[1].columns', [0], 'trees[1].columns must be as many as in the trees before'],
    [BOOSTED, 'trees[1].columns', [0, 2, 1], 'trees[1].columns must be places of features, 0 to 1, or -1'],
    [BOOSTED, 'trees[1].thresholds', [0], 'trees[1].thresholds must be 3 in number, not 1'],
    [BOOSTED, 'trees[1].shares', [1, 0, 0, -1], 'trees[1].shares must not be below 0'],
    [HAZARD, 'training.createdAt', 'today', 'training.createdAt must be a time as in ISO 8601, not today'],
    [HAZARD, 'training.cutoffs', ['2025-01-01', '2024-01-01'], 'training.cutoffs must stand in order of time'],
    [HAZARD, 'training.chosen', 'luck', 'training.chosen is none of the candidates in metrics: luck'],
    [HAZARD, 'training.metrics.recency.auc', 'good', 'training.metrics.recency.auc must be a number, not "good"'],
    [HAZARD, 'training.distributions[0].shares', [1], 'training.distributions[0].shares must be 4 in number'],
    [HAZARD, 'training.distributions[0].edges[1].at', 0, 'training.distributions[0].edges must never fall'],
  ])('%#: %s', (model, path, value, problem) => {
    expect(problems(broken(path, value, model))).toContainEqual(expect.stringContaining(problem))
  })
})

test('a starter has weights', () => {
  expect(problems(broken('form', 'boosted'))).toContain('form must be "hazard" in a starter: trees are learned')
})
