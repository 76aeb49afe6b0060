import { type Features, featuresFor, missingSignal } from '@perennial/features'
import { BUILT_IN, SIGNAL_COUNT, type Vocabulary } from '@perennial/member'
import { type Calibration, type Isotonic, UNCALIBRATED } from '@perennial/predictors'
import type { RetentionModel } from '@perennial/priors'
import { JsonReader, type Problem } from './json-reader.ts'
import type {
  BandRules,
  ConfidenceRule,
  EngagementScale,
  FeatureScale,
  Lapse,
  Model,
  RetentionPrior,
  StarterModel,
  TrainedModel,
} from './model.ts'
import { readCovariance, readScales, readTrees, readWeights } from './parse-features.ts'
import { readTraining } from './parse-training.ts'

export type ParsedModel =
  | Readonly<{ kind: 'ok'; model: Model }>
  | Readonly<{ kind: 'invalid'; problems: readonly Problem[] }>

/**
 * Reads a model file's JSON, or answers with all that is wrong in it: path and reason each.
 * `vocabulary`: the signals of the deployment, for which the model must have been made.
 */
export function parseModel(json: unknown, vocabulary: Vocabulary = BUILT_IN): ParsedModel {
  const problems: Problem[] = []
  const model = readModel(new JsonReader(json, '', problems), vocabulary)
  return problems.length === 0 ? { kind: 'ok', model } : { kind: 'invalid', problems }
}

/** Of the form of model files: what a later one says, this release does not understand. */
const VERSION = 1

const isKnown = (version: number): boolean => version === VERSION

type Form = Model['form']

function readModel(file: JsonReader, vocabulary: Vocabulary): Model {
  const kind = file.oneOf('kind', ['starter, not trained', 'trained'])
  const form = file.has('form') ? file.oneOf('form', ['hazard', 'boosted']) : 'hazard'
  const known = featuresFor(vocabulary)
  const model = kind === 'trained' ? readTrained(file, vocabulary, form) : readStarter(file, known, form)
  file.done()
  return model
}

function readStarter(file: JsonReader, known: Features, form: Form): StarterModel {
  if (form !== 'hazard') file.problem('form', 'must be "hazard" in a starter: trees are learned')
  const features = readWeights(file, known)
  const horizon = readAll(file.object('horizon'), (at) => ({ activityDays: at.positive('activityDays') }))
  return { ...readCommon(file, features), kind: 'starter, not trained', form: 'hazard', horizon, features }
}

function readTrained(file: JsonReader, vocabulary: Vocabulary, form: Form): TrainedModel {
  const known = featuresFor(vocabulary)
  const weighing =
    form === 'hazard' ? { form, features: readWeights(file, known) } : { form, ...readForest(file, known) }
  return {
    ...readCommon(file, weighing.features),
    ...weighing,
    kind: 'trained',
    lapse: readLapse(file.object('lapse')),
    signals: readSignals(file, vocabulary),
    covariance: readCovariance(file, weighing.features.length),
    training: readTraining(file.object('training')),
  }
}

function readForest(file: JsonReader, known: Features) {
  const features = readScales(file, known)
  return { features, trees: readTrees(file, features.length) }
}

function readCommon(file: JsonReader, features: readonly FeatureScale[]) {
  return {
    id: file.text('id'),
    version: file.number('version', `${VERSION}, the one form of model files that this release knows`, isKnown),
    description: file.text('description'),
    intercept: readAll(file.object('intercept'), (at) => ({ value: at.number('value'), reason: at.text('reason') })),
    prior: readPrior(file.object('prior')),
    calibration: file.has('calibration') ? readCalibration(file.object('calibration')) : UNCALIBRATED,
    bands: readBands(file.object('bands')),
    engagement: readEngagement(file.object('engagement'), features),
    confidence: readConfidence(file.object('confidence')),
  }
}

function readLapse(at: JsonReader): Lapse {
  return readAll(at, () => ({
    kind: at.oneOf('kind', ['left', 'inactive']),
    days: at.positive('days'),
    ...(at.has('stream') && { stream: at.text('stream') }),
  }))
}

/** Those of the deployment may be more: what was not there in training is counted as activity all the same. */
function readSignals(file: JsonReader, { signals }: Vocabulary): readonly string[] {
  const names = file.texts('signals')
  const open = new Set(signals.slice(SIGNAL_COUNT).map(({ name }) => name))
  for (const [k, name] of names.entries()) if (!open.has(name)) file.problem(`signals[${k}]`, missingSignal(name))
  return names
}

function readAll<T>(at: JsonReader, read: (at: JsonReader) => T): T {
  const value = read(at)
  at.done()
  return value
}

function readPrior(at: JsonReader): RetentionPrior {
  return readAll(at, () => ({
    ...readRetention(at),
    offset: at.has('offset') ? at.flag('offset') : true,
    discountRate: at.positive('discountRate'),
    source: at.text('source'),
  }))
}

function readRetention(at: JsonReader): RetentionModel {
  const kind = at.oneOf('kind', ['shifted-beta-geometric', 'beta-discrete-weibull'])
  return kind === 'shifted-beta-geometric'
    ? { kind, alpha: at.positive('alpha'), beta: at.positive('beta') }
    : { kind, gamma: at.positive('gamma'), delta: at.positive('delta'), c: at.positive('c') }
}

function readCalibration(at: JsonReader): Calibration {
  return readAll(at, () => {
    const kind = at.has('kind') ? at.oneOf('kind', ['platt', 'isotonic']) : 'platt'
    const slope = at.positive('slope')
    return kind === 'platt' ? { kind, slope, intercept: at.number('intercept') } : { kind, ...readPoints(at), slope }
  })
}

function readPoints(at: JsonReader): Pick<Isotonic, 'from' | 'to'> {
  const points = { from: at.numbers('from'), to: at.numbers('to') }
  if (points.from.length === 0) at.problem('from', 'must hold at least one point')
  if (points.from.length !== points.to.length) at.problem('to', `must be ${points.from.length} in number, like from`)
  for (const key of ['from', 'to'] as const)
    if (points[key].some((x, k) => x <= (points[key][k - 1] ?? -Infinity))) at.problem(key, 'must rise throughout')
  return points
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

function readEngagement(at: JsonReader, features: readonly FeatureScale[]): EngagementScale {
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
