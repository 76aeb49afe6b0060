import { mapped, object, optionalWith } from '../yaml/reader.ts'
import { duration } from '../yaml/values.ts'
import { stateTrigger, type TriggerKind } from './trigger.ts'

/** Registered for an event and did not come, or called off; attending one since ends it. */
export const EVENT_MISSED: TriggerKind = {
  name: 'eventMissed',
  read: mapped(object({ after: optionalWith(duration, 0) }), ({ after }) =>
    stateTrigger('eventMissed', ({ signal }) => {
      const missed = signal('event_missed')
      return missed.count === 0 || signal('event_attended').lastAt > missed.lastAt ? undefined : missed.lastAt + after
    }),
  ),
}
