import { SLOT, slot } from '@perennial/member'
import { type Feature, never, still } from './feature.ts'

/** 1 from a failed payment until the next one that went through. The cheapest lapse to prevent. */
export const paymentFailed: Feature = {
  name: 'payment_failed',
  label: 'failed payment',
  drift: 'steps',

  value(rows, i) {
    const failedAt = slot(rows, i, SLOT.paymentFailedAt)
    return failedAt !== 0 && failedAt > slot(rows, i, SLOT.paidAt) ? 1 : 0
  },

  slopeBound: still,
  nextStep: never,
  explain: (value) => (value === 1 ? 'the last payment failed' : 'no failed payment open'),
}
