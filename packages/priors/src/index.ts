export { expectedGifts, giverAlive, type GivingHistory, type GivingModel, noGift } from './bg-bb.ts'
export {
  customerAlive,
  expectedPurchases,
  FIRST_PURCHASE,
  noPurchase,
  type PurchaseHistory,
  type PurchaseModel,
} from './bg-nbd.ts'
export { type Convergence, type Fit, type Fitted, type RefusalReason, type Refused, standardError } from './fit.ts'
export { type CountedGiving, fitGiving, givingLogLikelihood } from './fit-bg-bb.ts'
export { type CountedPurchases, fitPurchases, purchaseLogLikelihood } from './fit-bg-nbd.ts'
export { fitBetaDiscreteWeibull, fitShiftedBetaGeometric, retentionLogLikelihood } from './fit-retention.ts'
export { pooledTable, type RenewalTable, type Spells, tableOfSpells, tableOfSurvivors } from './renewal-table.ts'
export {
  type BetaDiscreteWeibull,
  lapseLogOdds,
  remainingTerms,
  type RetentionModel,
  retentionRate,
  type ShiftedBetaGeometric,
  survival,
} from './retention.ts'
