import { decayedSum, ofFamily } from './decayed-sum.ts'

/** What went wrong between us: missed events, refunds, unsubscribes, complaints. No engagement, whatever its number. */
export const friction90 = decayedSum({
  name: 'friction_90',
  label: 'friction lately (events missed, refunds, unsubscribes)',
  counts: ofFamily('friction'),
  halfLifeDays: 90,
  unit: 'time',
  none: 'no friction lately (events missed, refunds, unsubscribes)',
})
