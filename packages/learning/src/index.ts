export { type Auc, auc, aucDifference, aucWithError } from './auc.ts'
export { type Boosted, type BoostedSettings, fitBoosted } from './boosted.ts'
export { type Calibration, fitCalibration, raised } from './calibration.ts'
export { type CalibrationSlope, calibrationSlope } from './calibration-slope.ts'
export { CANDIDATES, type CandidateName, fitCandidate, type Knowledge } from './candidates.ts'
export {
  type CandidateReport,
  type Choice,
  choose,
  type ChoiceOptions,
  type ChosenModel,
  LEAST_LAPSES,
} from './choose.ts'
export { type Distribution, distributionOf, populationStability } from './drift.ts'
export { fitHazard, type Hazard, type HazardFeature, type HazardFit } from './hazard.ts'
export { type RiskInterval, riskInterval } from './interval.ts'
export {
  brier,
  type Difference,
  ece,
  liftAt,
  logLoss,
  logLossDifference,
  reliability,
  type ReliabilityBin,
} from './metrics.ts'
export { levelOf } from './levels.ts'
export { probability } from './log-odds.ts'
export { type LapseModel, logitsOf, type Predictor, predictorOf } from './predictor.ts'
export { rankCorrelation } from './ranks.ts'
export type { Separation } from './separation.ts'
export type { Dropped, Scale } from './standardise.ts'
export { columnsOf, lapsesIn, pooled, rowsOf, type Table } from './table.ts'
export type { Direction } from './tree.ts'
