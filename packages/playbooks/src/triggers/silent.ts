import { mapped, object, required } from '../yaml/reader.ts'
import { duration } from '../yaml/values.ts'
import { stateTrigger, type TriggerKind } from './trigger.ts'

/** Nothing has been heard of the member for so long; who was never heard of is silent since joining. */
export const SILENT: TriggerKind = {
  name: 'silent',
  read: mapped(object({ for: required(duration) }), (silent) =>
    stateTrigger(
      'silent',
      ({ lastAt, joinedAt }) => {
        const since = Math.max(lastAt, joinedAt)
        return since === 0 ? undefined : since + silent.for
      },
      { profiles: true },
    ),
  ),
}
