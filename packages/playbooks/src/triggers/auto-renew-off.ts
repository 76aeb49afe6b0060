import { DAY_MS } from '@perennial/member'
import { mapped, object, optionalWith } from '../yaml/reader.ts'
import { duration } from '../yaml/values.ts'
import { stateTrigger, type TriggerKind } from './trigger.ts'

/** What was said on the day of joining was chosen then, and is not a switch. */
const FIRST_DAY_MS = DAY_MS

/** Auto-renew was switched off, and still is. */
export const AUTO_RENEW_OFF: TriggerKind = {
  name: 'autoRenewOff',
  read: mapped(object({ after: optionalWith(duration, 0) }), ({ after }) =>
    stateTrigger('autoRenewOff', ({ autoRenew, autoRenewAt, joinedAt }) =>
      autoRenew === 'off' && autoRenewAt > joinedAt + FIRST_DAY_MS ? autoRenewAt + after : undefined,
    ),
  ),
}
