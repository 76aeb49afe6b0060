/**
 * A lapse model as it stands in its JSON file. The hand-written starter and
 * trained models (a logistic hazard with the prior as offset) have one form:
 *
 *   logit = intercept + prior + Σ weight · (value − mean) / sd, then
 *   calibration.slope · logit + calibration.intercept
 *
 * An unknown feature contributes 0, as if it were at its mean.
 */
export type Model = Readonly<{
  id: string
  kind: 'starter, not trained' | 'trained'
  version: number
  description: string
  horizon: Readonly<{
    /** H of "no activity in the next H days", for members without a running term. */
    activityDays: number
  }>
  intercept: Readonly<{ value: number; reason: string }>
  prior: RetentionPrior
  features: readonly FeatureWeight[]
  /** Platt scaling of the logit, fitted on data the weights have not seen. Slope 1, intercept 0 where left out. */
  calibration: Readonly<{ slope: number; intercept: number }>
  bands: BandRules
  engagement: EngagementScale
  confidence: ConfidenceRule
  /** Where a trained model comes from. */
  training?: Training
}>

/** Shifted-beta-geometric retention by year of membership, see `@perennial/priors`. */
export type RetentionPrior = Readonly<{
  kind: 'shifted-beta-geometric'
  alpha: number
  beta: number
  /** Yearly discount rate of future terms, 0.1 = 10 %. */
  discountRate: number
  source: string
}>

export type FeatureWeight = Readonly<{
  name: string
  weight: number
  /** Of the value over the members the weights were made for. 0 and 1 where left out. */
  mean: number
  sd: number
  reason: string
}>

/** A band is entered from below at risk >= enter and left downwards at risk < exit. */
export type BandRules = Readonly<{
  medium: Readonly<{ enter: number; exit: number }>
  high: Readonly<{ enter: number; exit: number }>
  /** How long a band is kept at least before the member may rise out of it, or fall out of it. */
  holdDays: Readonly<{ rise: number; fall: number }>
  reason: string
}>

/** Engagement = Σ weight · feature value, ranked against what current members had. */
export type EngagementScale = Readonly<{
  weights: Readonly<Record<string, number>>
  percentiles: Readonly<{
    version: number
    source: string
    /** The sum at evenly spaced percentiles from 0 to 100, never falling. */
    values: readonly number[]
  }>
}>

export type ConfidenceRule = Readonly<{
  /** Confidence by amount of data: n / (n + halfAt), n = facts + months since the beginning. */
  halfAt: number
  /** Confidence by time known: 1 − 2^(−days / halfLifeDays). */
  halfLifeDays: number
  /** How much is taken off when everything rests on signals a machine may have made, 0..1. */
  lowTrustPenalty: number
  /** A member this new is never above `newMemberMost`. */
  newMemberDays: number
  newMemberMost: number
  /** What the prior alone is worth. */
  least: number
}>

export type Training = Readonly<{
  from: string
  to: string
  rows: number
  fingerprint: string
  metrics: Readonly<Record<string, number>>
}>
