import { mapped, object, optionalWith } from '../yaml/reader.ts'
import { duration } from '../yaml/values.ts'
import { stateTrigger, type TriggerKind } from './trigger.ts'

/** The membership has lapsed, so long ago. Who comes back is not lapsed any more. */
export const LAPSED: TriggerKind = {
  name: 'lapsed',
  read: mapped(object({ after: optionalWith(duration, 0) }), ({ after }) =>
    stateTrigger('lapsed', ({ status, statusAt }) => (status === 'lapsed' ? statusAt + after : undefined)),
  ),
}
