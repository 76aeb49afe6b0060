import { list, mapped, object, required } from '../yaml/reader.ts'
import { duration, signalName } from '../yaml/values.ts'
import { stateTrigger, type TriggerKind } from './trigger.ts'

/** A milestone missed: so long after joining, none of these signals has come. One of them ends it. */
export const NOT_YET: TriggerKind = {
  name: 'notYet',
  read: mapped(object({ signals: required(list(signalName)), within: required(duration) }), ({ signals, within }) => ({
    ...stateTrigger('notYet', ({ joinedAt, signal }) =>
      joinedAt === 0 || signals.some((name) => signal(name).count > 0) ? undefined : joinedAt + within,
    ),
    signals,
  })),
}
