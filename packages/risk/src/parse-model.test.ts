import { WITH_OPEN } from '@perennial/features/testing'
import { BUILT_IN } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import starter from './models/starter-v1.json' with { type: 'json' }
import { parseModel } from './parse-model.ts'
import { starterModel } from './starter-model.ts'

function problems(json: unknown, vocabulary = BUILT_IN): readonly string[] {
  const parsed = parseModel(json, vocabulary)
  return parsed.kind === 'ok' ? [] : parsed.problems.map(({ path, reason }) => `${path} ${reason}`)
}

/** The starter model with one value replaced, `path` as in problems: `features[0].name`. */
function broken(path: string, value: unknown): unknown {
  const json = structuredClone(starter) as unknown
  const keys = path.split(/[.[\]]+/).filter(Boolean)
  let at = json as Record<string, unknown>
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>
  at[keys.at(-1) ?? ''] = value
  return json
}

test('the starter model is sound, says what it is, and centres nothing it does not say', () => {
  const model = starterModel()
  expect(model.kind).toBe('starter, not trained')
  expect(model.calibration).toEqual({ slope: 1, intercept: 0 })
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
    ['version', 1.5, 'version must be a whole number from 1, not 1.5'],
    ['horizon.activityDays', 0, 'horizon.activityDays must be a number above 0, not 0'],
    ['horizon', 90, 'horizon must be an object, not 90'],
    ['intercept.value', '0', 'intercept.value must be a number, not "0"'],
    ['prior.alpha', -1, 'prior.alpha must be a number above 0, not -1'],
    ['features', {}, 'features must be a list, not {}'],
    ['features[2].name', 'horoscope', 'features[2].name is no feature: horoscope. There are consumption_30'],
    ['features[1].name', 'consumption_30', 'features[1].name stands twice: consumption_30'],
    ['features[0].sd', 0, 'features[0].sd must be a number above 0, not 0'],
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

test('a trained model says what it was trained on', () => {
  const training = { from: '2023-01-01', to: '2025-01-01', rows: 5000, fingerprint: 'abc', metrics: { auc: 0.8 } }
  const parsed = parseModel({ ...starter, kind: 'trained', training, calibration: { slope: 0.9, intercept: 0.1 } })
  expect(parsed).toMatchObject({ kind: 'ok', model: { training, calibration: { slope: 0.9 } } })
})
