import { levelOf } from '../band-level.ts'
import type { BandName } from '@perennial/risk'
import { mapped } from '../yaml/reader.ts'
import { bands } from '../yaml/values.ts'
import type { Trigger, TriggerKind } from './trigger.ts'

/** The member has come out of one of these bands into a better one: a recovery. Back in one of them, it is over. */
function bandLeft(left: readonly BandName[]): Trigger {
  const least = Math.min(...left.map(levelOf))
  return {
    name: 'bandLeft',
    profiles: true,
    seenIn: ({ band, previousBand, status }) =>
      previousBand !== null && left.includes(previousBand) && levelOf(band) < least && status !== 'lapsed',
    stands: ({ band }) => levelOf(band) < least,
  }
}

export const BAND_LEFT: TriggerKind = { name: 'bandLeft', read: mapped(bands, bandLeft) }
