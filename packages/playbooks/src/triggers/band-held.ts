import { mapped, object, required } from '../yaml/reader.ts'
import { bands, duration } from '../yaml/values.ts'
import { stateTrigger, type TriggerKind } from './trigger.ts'

/** The risk has been in one of these bands for so long without a break. */
export const BAND_HELD: TriggerKind = {
  name: 'bandHeld',
  read: mapped(object({ bands: required(bands), for: required(duration) }), (held) =>
    stateTrigger(
      'bandHeld',
      ({ band, bandSince }) => (band !== undefined && held.bands.includes(band) ? bandSince + held.for : undefined),
      { profiles: true },
    ),
  ),
}
