export { type BandName, bandName, type BandNumber, bandNumber } from './bands.ts'
export { type Change, type Changes, changes } from './changes.ts'
export type { RiskInterval } from './interval.ts'
export { JsonReader, type Problem } from './json-reader.ts'
export { CONTRIBUTION_GRAIN } from '@perennial/predictors'
export { logOdds, probability } from './log-odds.ts'
export type {
  BandRules,
  ConfidenceRule,
  Distribution,
  EngagementScale,
  FeatureScale,
  FeatureWeight,
  Lapse,
  Model,
  RetentionPrior,
  StarterModel,
  TrainedModel,
  Training,
} from './model.ts'
export { membershipYear } from './membership-year.ts'
export { LEAST_STEP_MS } from './next-check.ts'
export { type ParsedModel, parseModel } from './parse-model.ts'
export type { RiskAbove } from './risk-above.ts'
export { RISK_STEP } from './risk-step.ts'
export { type Contribution, type Horizon, type Score, topReasons } from './score.ts'
export { readScore, SCORE, SCORE_SLOTS } from './score-numbers.ts'
export { createScorer, type Scorer } from './scorer.ts'
export { starterModel } from './starter-model.ts'
export { type WhatIf, whatWouldChange } from './what-would-change.ts'
