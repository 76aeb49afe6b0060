import { mapped, object, optionalWith } from '../yaml/reader.ts'
import { duration } from '../yaml/values.ts'
import { stateTrigger, type TriggerKind } from './trigger.ts'

/** The member has renewed: the current term is not the first. */
export const RENEWED: TriggerKind = {
  name: 'renewed',
  read: mapped(object({ after: optionalWith(duration, 0) }), ({ after }) =>
    stateTrigger('renewed', ({ renewals, termSaidAt, status }) =>
      renewals > 0 && termSaidAt > 0 && status !== 'lapsed' ? termSaidAt + after : undefined,
    ),
  ),
}
