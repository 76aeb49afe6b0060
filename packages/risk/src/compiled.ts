import { type Feature, type Features, never, still } from '@perennial/features'
import { DECAY_RATES, HALF_LIVES_DAYS, signalSlot } from '@perennial/member'
import {
  compileForest,
  CONTRIBUTION_GRAIN,
  type Forest,
  type Isotonic,
  MOST_DEPTH,
  toGrain,
  UNCALIBRATED,
} from '@perennial/predictors'
import { lapseLogOdds } from '@perennial/priors'
import { LAST_YEAR } from './membership-year.ts'
import type { BoostedModel, Model } from './model.ts'

/**
 * Where the intercept and the prior stand among the contributions; the features follow in model order, and last, where
 * a broken line calibrates the model, what it makes of their sum.
 */
export const INTERCEPT = 0
export const PRIOR = 1
export const FIRST_FEATURE = 2

/** What the contribution of a broken line is called. */
export const CALIBRATION = 'calibration'

/**
 * A model as flat arrays, with room for the numbers of one evaluation, so that
 * scoring allocates nothing. The numbers are overwritten by the next evaluation.
 */
export type Compiled = Readonly<{
  names: readonly string[]
  /** Where a model of trees has its trees. */
  grove?: Grove
  /** Calibration by a broken line; a straight one is in the numbers already. */
  broken?: Isotonic
  /** Up to the last feature: calibrated weight / sd (0 of trees), mean, and the log-odds per unit that the value's drift adds. */
  weights: Float64Array
  means: Float64Array
  /** Values beyond these count as these. */
  lows: Float64Array
  highs: Float64Array
  drifts: Float64Array
  /** Which way each value goes by itself: 1 rises, −1 falls, 0 stays. */
  directions: Int8Array
  /** Contribution of the prior by year of membership. */
  priors: Float64Array
  sums: Sums
  elapsed: ElapsedTimes
  /** The features of neither form, and those of them that move by themselves or have step dates. */
  others: Calls<'value'>
  moving: Calls<'slopeBound'>
  stepping: Calls<'nextStep'>
  // Of the last evaluation:
  contributions: Float64Array
  /**
   * At `PRIOR` the year of membership; at the place of the broken line the logit before it. An unknown feature stands
   * at its mean, and is marked.
   */
  values: Float64Array
  unknown: Uint8Array
  /** A of ln(1 + A): decayed sums, and elapsed over ordinary time. */
  amounts: Float64Array
  /** e^(−λ · age of the landmark) by half-life. */
  factors: Float64Array
  /** Bounds on how fast the logit rises and falls, per millisecond. */
  rates: Float64Array
}>

export type Grove = Readonly<{
  forest: Forest
  /** The slope of the calibration. */
  slope: number
  /** The features' part of `values` and `contributions`. */
  values: Float64Array
  contributions: Float64Array
  /** The most that rounding can shift the sum by. */
  rounding: number
}>

/** Features of one form, done in one pass over the row: number `s` reads the slots `slots[ends[s]] … slots[ends[s + 1] - 1]`. */
type Pass = Readonly<{
  slots: Int32Array
  ends: Int32Array
  /** λ, or 1 / ordinary time: per millisecond. */
  rates: Float64Array
  /** Where its contribution stands. */
  targets: Int32Array
}>

/** Those that are ln(1 + decayed sum). */
export type Sums = Pass & Readonly<{ halfLives: Int32Array }>

/** Those that are ln(1 + time since the latest of some instants). `since` is of the last evaluation. */
export type ElapsedTimes = Pass & Readonly<{ since: Float64Array }>

/** Functions of features as an array of one shape, and where their contributions stand. */
export type Calls<F extends 'value' | 'slopeBound' | 'nextStep'> = Readonly<{
  functions: readonly Feature[F][]
  targets: Int32Array
}>

/** Throws when the model names a feature that there is not; `parseModel` refuses such a model before. */
export function compile(model: Model, all: Features): Compiled {
  const features = model.features.map(({ name }) => known(all, name))
  const { calibration } = model
  const { slope, intercept } = calibration.kind === 'platt' ? calibration : UNCALIBRATED
  const weights = model.form === 'hazard' ? model.features.map(({ weight, sd }) => (slope * weight) / sd) : []
  const numbers = roomFor(model)
  const grove = model.form === 'hazard' ? undefined : compileGrove(model, slope, numbers)
  const base = grove?.forest.intercept ?? model.intercept.value
  numbers.contributions[INTERCEPT] = toGrain(slope * base + intercept)
  numbers.values[INTERCEPT] = 1
  return {
    names: namesOf(model),
    ...(grove !== undefined && { grove }),
    ...(calibration.kind === 'isotonic' && { broken: calibration }),
    weights: Float64Array.from([0, 0, ...weights]),
    means: Float64Array.from([0, 0, ...model.features.map(({ mean }) => mean)]),
    ...limitsOf(model),
    drifts: Float64Array.from([0, 0, ...weights.map((weight, k) => weight * signOf(features[k]))]),
    directions: Int8Array.from([0, 0, ...features.map(signOf)]),
    priors: Float64Array.from({ length: LAST_YEAR + 1 }, (_, year) =>
      model.prior.offset ? toGrain(slope * lapseLogOdds(model.prior, Math.max(1, year))) : 0,
    ),
    ...compileFeatures(features),
    ...numbers,
  }
}

function limitsOf({ features }: Model): Pick<Compiled, 'lows' | 'highs'> {
  return {
    lows: Float64Array.from([0, 0, ...features.map(({ low = -Infinity }) => low)]),
    highs: Float64Array.from([0, 0, ...features.map(({ high = Infinity }) => high)]),
  }
}

/** Of the contributions, in their order. */
function namesOf({ features, calibration }: Model): readonly string[] {
  const names = ['intercept', 'prior', ...features.map(({ name }) => name)]
  return calibration.kind === 'isotonic' ? [...names, CALIBRATION] : names
}

function roomFor(model: Model) {
  const count = namesOf(model).length
  return {
    contributions: new Float64Array(count),
    values: new Float64Array(count),
    unknown: new Uint8Array(count),
    amounts: new Float64Array(count),
    factors: new Float64Array(HALF_LIVES_DAYS.length),
    rates: new Float64Array(2),
  }
}

function compileGrove(
  { intercept, trees, features }: BoostedModel,
  slope: number,
  { values, contributions }: Pick<Compiled, 'values' | 'contributions'>,
): Grove {
  const end = FIRST_FEATURE + features.length
  return {
    forest: compileForest(intercept.value, trees),
    slope,
    values: values.subarray(FIRST_FEATURE, end),
    contributions: contributions.subarray(FIRST_FEATURE, end),
    // Half a grain for each part of each tree, at most 2^depth − 1 of them.
    rounding: (1 + slope) * trees.length * 2 ** MOST_DEPTH * CONTRIBUTION_GRAIN,
  }
}

function compileFeatures(features: readonly Feature[]) {
  const others = features.filter(({ sum, elapsed }) => sum === undefined && elapsed === undefined)
  const moving = others.filter(({ slopeBound }) => slopeBound !== still)
  const stepping = others.filter(({ nextStep }) => nextStep !== never)
  return {
    sums: compileSums(features),
    elapsed: compileElapsed(features),
    others: callsOf('value', others, features),
    moving: callsOf('slopeBound', moving, features),
    stepping: callsOf('nextStep', stepping, features),
  }
}

function compileSums(features: readonly Feature[]): Sums {
  const sums = features.flatMap(({ sum }, k) => (sum === undefined ? [] : [{ ...sum, k }]))
  return {
    ...slotLists(sums.map(({ signals, halfLife }) => signals.map((signal) => signalSlot(signal) + halfLife))),
    halfLives: Int32Array.from(sums.map(({ halfLife }) => halfLife)),
    rates: Float64Array.from(sums.map(({ halfLife }) => DECAY_RATES[halfLife] ?? 0)),
    targets: Int32Array.from(sums.map(({ k }) => FIRST_FEATURE + k)),
  }
}

function compileElapsed(features: readonly Feature[]): ElapsedTimes {
  const times = features.flatMap(({ elapsed }, k) => (elapsed === undefined ? [] : [{ ...elapsed, k }]))
  return {
    ...slotLists(times.map(({ slots }) => slots)),
    rates: Float64Array.from(times.map(({ scaleMs }) => 1 / scaleMs)),
    targets: Int32Array.from(times.map(({ k }) => FIRST_FEATURE + k)),
    since: new Float64Array(times.length),
  }
}

function callsOf<F extends 'value' | 'slopeBound' | 'nextStep'>(
  name: F,
  called: readonly Feature[],
  features: readonly Feature[],
): Calls<F> {
  return {
    functions: called.map((feature) => feature[name]),
    targets: Int32Array.from(called.map((feature) => FIRST_FEATURE + features.indexOf(feature))),
  }
}

function slotLists(lists: readonly (readonly number[])[]): Pick<Pass, 'slots' | 'ends'> {
  let end = 0
  return {
    slots: Int32Array.from(lists.flat()),
    ends: Int32Array.from([0, ...lists.map((list) => (end += list.length))]),
  }
}

function signOf(feature: Feature | undefined): number {
  return feature?.drift === 'rises' ? 1 : feature?.drift === 'falls' ? -1 : 0
}

function known(features: Features, name: string): Feature {
  const feature = features.named(name)
  if (feature === undefined) throw new Error(`The model weighs '${name}', which ${features.missing(name)}.`)
  return feature
}
