import { decayedSum, ofFamily } from './decayed-sum.ts'

/** Purchases besides dues. Dues are the outcome to be predicted and never stand here. */
export const money365 = decayedSum({
  name: 'money_365',
  label: 'purchases over the year',
  counts: ofFamily('money'),
  halfLifeDays: 365,
  unit: 'purchase',
  none: 'as good as no purchases this year',
})
