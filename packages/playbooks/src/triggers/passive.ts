import { mapped, object, required } from '../yaml/reader.ts'
import { duration } from '../yaml/values.ts'
import { stateTrigger, type TriggerKind } from './trigger.ts'

/**
 * Pays and reads, and in so long a time as a member has never taken part: no event, no post, no help given, no
 * volunteering, no referral.
 */
export const PASSIVE: TriggerKind = {
  name: 'passive',
  read: mapped(object({ for: required(duration) }), (passive) =>
    stateTrigger(
      'passive',
      ({ joinedAt, lastAt, takenPartAt }) =>
        joinedAt === 0 || takenPartAt > 0 || lastAt < joinedAt ? undefined : joinedAt + passive.for,
      { profiles: true },
    ),
  ),
}
