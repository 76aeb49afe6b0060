import { type Feature } from '@perennial/features'
import { type Boosted, type ChosenModel, type Hazard, type Scale } from '@perennial/learning'
import type { FeatureScale, TrainedModel } from '@perennial/risk'
import { ENGAGEMENT_WEIGHTS } from './engagement.ts'

/** The part of a model file that the kind of model decides. */
export type TrainedForm = Pick<TrainedModel, 'intercept' | 'covariance'> &
  (
    | Pick<Extract<TrainedModel, { form: 'hazard' }>, 'form' | 'features'>
    | Pick<Extract<TrainedModel, { form: 'boosted' }>, 'form' | 'features' | 'trees'>
  )

const FOR_ENGAGEMENT = 'For the engagement score only: no part of the risk.'

/** A fitted model as it stands in its file, with the features that the engagement score needs besides. */
export function formOf(model: ChosenModel['model'], features: readonly Feature[]): TrainedForm {
  const added = addedTo(model.features)
  const covariance = withZeros(model.covariance, added.length)
  if (model.kind === 'boosted') return { ...boostedForm(model, features, added), covariance }
  return { ...hazardForm(model, features, added), covariance }
}

/** A file with the prior alone. `variance` is that of the level. */
export function priorForm(level: number, variance: number): TrainedForm {
  const added = addedTo([])
  return {
    form: 'hazard',
    intercept: { value: level, reason: 'What the prior lacks of the rate at which the members learned from lapsed.' },
    features: added.map((scale) => ({ ...scale, weight: 0 })),
    covariance: withZeros([variance], added.length),
  }
}

function hazardForm(
  { intercept, features: weighed }: Hazard,
  features: readonly Feature[],
  added: readonly FeatureScale[],
) {
  const weights = weighed.map((feature) => ({
    ...feature,
    reason: `${labelOf(features, feature.name)}: a standard deviation more multiplies the odds of a lapse by ${Math.exp(feature.weight).toFixed(2)}.`,
  }))
  return {
    form: 'hazard' as const,
    intercept: {
      value: intercept,
      reason: 'The log-odds of a member who is at the mean of everything, beside the prior.',
    },
    features: [...weights, ...added.map((scale) => ({ ...scale, weight: 0 }))],
  }
}

function boostedForm(
  { intercept, features: split, trees }: Boosted,
  features: readonly Feature[],
  added: readonly FeatureScale[],
) {
  const columns = split.map((scale) => ({
    ...scale,
    reason: `${labelOf(features, scale.name)}: trees split on it.`,
  }))
  return {
    form: 'boosted' as const,
    intercept: { value: intercept, reason: 'The log-odds before any tree, beside the prior.' },
    features: [...columns, ...added],
    trees,
  }
}

function addedTo(own: readonly Scale[]): readonly FeatureScale[] {
  return Object.keys(ENGAGEMENT_WEIGHTS)
    .filter((name) => own.every((feature) => feature.name !== name))
    .map((name) => ({ name, mean: 0, sd: 1, reason: FOR_ENGAGEMENT }))
}

/** Rows of zeros under a lower triangle, for features without a weight. */
function withZeros(triangle: readonly number[], rows: number): readonly number[] {
  const size = Math.round((Math.sqrt(8 * triangle.length + 1) - 1) / 2)
  const zeros = (rows * (2 * size + rows + 1)) / 2
  return [...triangle, ...new Array<number>(zeros).fill(0)]
}

function labelOf(features: readonly Feature[], name: string): string {
  const label = features.find((feature) => feature.name === name)?.label ?? name
  return `${label.slice(0, 1).toUpperCase()}${label.slice(1)}`
}
