import { type Features, featuresFor } from '@perennial/features'
import { BUILT_IN, type Vocabulary } from '@perennial/member'
import { JsonReader, type Problem } from './json-reader.ts'
import type {
  BandRules,
  ConfidenceRule,
  EngagementScale,
  FeatureWeight,
  Model,
  RetentionPrior,
  Training,
} from './model.ts'

export type ParsedModel =
  | Readonly<{ kind: 'ok'; model: Model }>
  | Readonly<{ kind: 'invalid'; problems: readonly Problem[] }>

/**
 * Reads a model file's JSON, or answers with all that is wrong in it: path and reason each.
 * `vocabulary`: the signals of the deployment, for which the model must have been made.
 */
export function parseModel(json: unknown, vocabulary: Vocabulary = BUILT_IN): ParsedModel {
  const problems: Problem[] = []
  const model = readModel(new JsonReader(json, '', problems), featuresFor(vocabulary))
  return problems.length === 0 ? { kind: 'ok', model } : { kind: 'invalid', problems }
}

function readModel(file: JsonReader, known: Features): Model {
  const kind = file.oneOf('kind', ['starter, not trained', 'trained'])
  const features = readFeatures(file, known)
  const model: Model = {
    id: file.text('id'),
    kind,
    version: file.number('version', 'a whole number from 1', (x) => Number.isInteger(x) && x >= 1),
    description: file.text('description'),
    horizon: readAll(file.object('horizon'), (at) => ({ activityDays: at.positive('activityDays') })),
    intercept: readAll(file.object('intercept'), (at) => ({ value: at.number('value'), reason: at.text('reason') })),
    prior: readPrior(file.object('prior')),
    features,
    calibration: file.has('calibration') ? readCalibration(file.object('calibration')) : { slope: 1, intercept: 0 },
    bands: readBands(file.object('bands')),
    engagement: readEngagement(file.object('engagement'), features),
    confidence: readConfidence(file.object('confidence')),
    ...(kind === 'trained' || file.has('training') ? { training: readTraining(file.object('training')) } : {}),
  }
  file.done()
  return model
}

function readAll<T>(at: JsonReader, read: (at: JsonReader) => T): T {
  const value = read(at)
  at.done()
  return value
}

function readFeatures(file: JsonReader, known: Features): readonly FeatureWeight[] {
  const seen = new Set<string>()
  return file.objects('features').map((at) =>
    readAll(at, () => {
      const name = at.text('name')
      if (name !== '' && known.named(name) === undefined) at.problem('name', known.missing(name))
      if (seen.has(name)) at.problem('name', `stands twice: ${name}`)
      seen.add(name)
      return {
        name,
        weight: at.number('weight'),
        mean: at.has('mean') ? at.number('mean') : 0,
        sd: at.has('sd') ? at.positive('sd') : 1,
        reason: at.text('reason'),
      }
    }),
  )
}

function readPrior(at: JsonReader): RetentionPrior {
  return readAll(at, () => ({
    kind: at.oneOf('kind', ['shifted-beta-geometric']),
    alpha: at.positive('alpha'),
    beta: at.positive('beta'),
    discountRate: at.positive('discountRate'),
    source: at.text('source'),
  }))
}

function readCalibration(at: JsonReader): Model['calibration'] {
  return readAll(at, () => ({ slope: at.positive('slope'), intercept: at.number('intercept') }))
}

function readBands(at: JsonReader): BandRules {
  return readAll(at, () => {
    const edges = (key: 'medium' | 'high') =>
      readAll(at.object(key), (band) => {
        const inside = (edge: string) => band.number(edge, 'a number between 0 and 1', (x) => x > 0 && x < 1)
        const { enter, exit } = { enter: inside('enter'), exit: inside('exit') }
        if (exit > enter) band.problem('exit', `must not be above enter: ${exit} > ${enter}`)
        return { enter, exit }
      })
    const hold = (days: JsonReader, key: string) => days.number(key, 'a number from 0', (x) => x >= 0)
    const rules = {
      medium: edges('medium'),
      high: edges('high'),
      holdDays: readAll(at.object('holdDays'), (days) => ({ rise: hold(days, 'rise'), fall: hold(days, 'fall') })),
      reason: at.text('reason'),
    }
    if (rules.high.enter <= rules.medium.enter) at.problem('high.enter', 'must be above medium.enter')
    if (rules.high.exit <= rules.medium.exit) at.problem('high.exit', 'must be above medium.exit')
    return rules
  })
}

function readEngagement(at: JsonReader, features: readonly FeatureWeight[]): EngagementScale {
  return readAll(at, () => {
    const names = at.object('weights')
    const weights = names.numberByName()
    for (const name of Object.keys(weights))
      if (!features.some((feature) => feature.name === name))
        names.problem(name, 'is none of the features of this model')
    return { weights, percentiles: readAll(at.object('percentiles'), readPercentiles) }
  })
}

function readPercentiles(at: JsonReader): EngagementScale['percentiles'] {
  const values = at.numbers('values')
  if (values.length < 2) at.problem('values', 'must hold at least the 0th and the 100th percentile')
  if (values.some((value, k) => value < (values[k - 1] ?? value))) at.problem('values', 'must never fall')
  return { version: at.positive('version'), source: at.text('source'), values }
}

function readConfidence(at: JsonReader): ConfidenceRule {
  return readAll(at, () => ({
    halfAt: at.positive('halfAt'),
    halfLifeDays: at.positive('halfLifeDays'),
    lowTrustPenalty: at.share('lowTrustPenalty'),
    newMemberDays: at.number('newMemberDays', 'a number from 0', (x) => x >= 0),
    newMemberMost: at.share('newMemberMost'),
    least: at.share('least'),
  }))
}

function readTraining(at: JsonReader): Training {
  return readAll(at, () => ({
    from: at.text('from'),
    to: at.text('to'),
    rows: at.positive('rows'),
    fingerprint: at.text('fingerprint'),
    metrics: at.object('metrics').numberByName(),
  }))
}
