import { mapped, object, optionalWith } from '../yaml/reader.ts'
import { duration } from '../yaml/values.ts'
import { stateTrigger, type TriggerKind } from './trigger.ts'

/** A payment failed, and none has gone through since. */
export const PAYMENT_FAILED: TriggerKind = {
  name: 'paymentFailed',
  read: mapped(object({ after: optionalWith(duration, 0) }), ({ after }) =>
    stateTrigger('paymentFailed', ({ paymentFailedAt, paidAt }) =>
      paymentFailedAt > paidAt ? paymentFailedAt + after : undefined,
    ),
  ),
}
