import type { Calibration, Tree } from '@perennial/predictors'
import type { RetentionModel } from '@perennial/priors'

/**
 * A lapse model as it stands in its JSON file: written by hand (the starter) or trained.
 *
 *   logit = intercept + prior + Σ weight · (value − mean) / sd     (form `hazard`; values from `low` to `high`)
 *   logit = intercept + prior + Σ tree                             (form `boosted`)
 *
 * and then calibrated. An unknown feature counts as if it were at its mean: with weights it contributes 0.
 */
export type Model = StarterModel | TrainedModel

export type TrainedModel = HazardModel | BoostedModel

export type StarterModel = Common &
  Hazard &
  Readonly<{
    kind: 'starter, not trained'
    horizon: Readonly<{
      /** H of "no activity in the next H days", for members without a running term. */
      activityDays: number
    }>
  }>

export type HazardModel = Common & Hazard & Trained

export type BoostedModel = Common & Boosted & Trained

type Trained = Readonly<{
  kind: 'trained'
  lapse: Lapse
  /**
   * The open signals that the training data had, as "stream.action". The deployment must name all of them,
   * because features such as `activity_365` count them without naming them.
   */
  signals: readonly string[]
  /**
   * Of intercept and weights before calibration, lower triangle row by row, the intercept first: for the interval
   * of a member's risk. Of trees, that of a hazard on the same features at the trees' probabilities.
   */
  covariance: readonly number[]
  training: Training
}>

/** What a trained model foretells, `days` from now: having left, or no activity (of `stream`, if named) until then. */
export type Lapse = Readonly<{ kind: 'left' | 'inactive'; days: number; stream?: string }>

type Common = Readonly<{
  id: string
  /** Of the file format. */
  version: number
  description: string
  intercept: Readonly<{ value: number; reason: string }>
  prior: RetentionPrior
  /** Fitted on members that weights and trees have not seen. Leaves log-odds as they are where left out. */
  calibration: Calibration
  bands: BandRules
  engagement: EngagementScale
  confidence: ConfidenceRule
}>

type Hazard = Readonly<{
  /** This where left out. */
  form: 'hazard'
  /** A feature that only the engagement score needs has weight 0, and zeros in the covariance. */
  features: readonly FeatureWeight[]
}>

type Boosted = Readonly<{
  form: 'boosted'
  /** The columns of the trees, by place. */
  features: readonly FeatureScale[]
  /** All of one depth, at most 3. */
  trees: readonly Tree[]
}>

/** Retention by year of membership, see `@perennial/priors`. */
export type RetentionPrior = RetentionModel &
  Readonly<{
    /** Whether its log-odds of a lapse are part of the logit (so where left out), or it only tells the terms to come. */
    offset: boolean
    /** Yearly discount rate of future terms, 0.1 = 10 %. */
    discountRate: number
    source: string
  }>

export type FeatureScale = Readonly<{
  name: string
  /** Of the value over the members the model was made for. 0 and 1 where left out. */
  mean: number
  sd: number
  /**
   * For weights and covariance, values beyond these count as these: what was learned says nothing of values far from
   * all that it was learned from. No limits where left out.
   */
  low?: number
  high?: number
  reason: string
}>

export type FeatureWeight = FeatureScale & Readonly<{ weight: number }>

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

/** Where a trained model comes from, and what it promised. */
export type Training = Readonly<{
  /** When it was made: told by whoever ran the training. ISO 8601, as are the other times. */
  createdAt: string
  /** The first and the last activity that features were made of. */
  from: string
  to: string
  /** Past cut-offs that it learned from, the earliest first. */
  cutoffs: readonly string[]
  /** Members at those cut-offs, and how many of them lapsed. */
  rows: number
  lapses: number
  /** Of the data: the same files give the same. */
  fingerprint: string
  /** The candidate that was chosen: a key of `metrics`. */
  chosen: string
  /** By candidate and baseline, on members held back from it: `auc`, `logLoss`, `brier` … */
  metrics: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** How the features were distributed among the members learned from, against which drift is told. */
  distributions: readonly Distribution[]
  /** The model card: Markdown for people. */
  card: string
}>

export type Distribution = Readonly<{
  feature: string
  /** Inner edges of the bins, rising; at each, a bin ends before the value itself or after it. */
  edges: readonly Readonly<{ at: number; before: boolean }>[]
  /** Share of the members by bin, one more than edges, and of those for whom the value is unknown, last. */
  shares: readonly number[]
}>
