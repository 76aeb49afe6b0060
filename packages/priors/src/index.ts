export {
  type BetaDiscreteWeibull,
  lapseLogOdds,
  remainingTerms,
  type RetentionModel,
  retentionRate,
  type ShiftedBetaGeometric,
  survival,
} from './retention.ts'
