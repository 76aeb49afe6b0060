import { mapped, object, required } from '../yaml/reader.ts'
import { duration, integer } from '../yaml/values.ts'
import { stateTrigger, type TriggerKind } from './trigger.ts'

/** In the low band for so long, and has helped others so often: somebody who may be asked to bring a friend. */
export const ADVOCATE: TriggerKind = {
  name: 'advocate',
  read: mapped(object({ helped: required(integer(1, 1_000)), lowFor: required(duration) }), ({ helped, lowFor }) =>
    stateTrigger(
      'advocate',
      ({ band, bandSince, signal }) => {
        const given = signal('help_given')
        if (band !== 'low' || given.count < helped) return undefined
        return Math.max(bandSince + lowFor, given.lastAt)
      },
      { profiles: true },
    ),
  ),
}
