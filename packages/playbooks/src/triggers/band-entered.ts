import { levelOf } from '../band-level.ts'
import type { BandName } from '@perennial/risk'
import { mapped } from '../yaml/reader.ts'
import { bands } from '../yaml/values.ts'
import type { Trigger, TriggerKind } from './trigger.ts'

/**
 * The member has come to one of these bands from a better one, or from none. Getting better is never a cause: from
 * high to medium enters nothing. In a better band than any of these, the cause has passed.
 */
export function bandEntered(entered: readonly BandName[]): Trigger {
  const least = Math.min(...entered.map(levelOf))
  return {
    name: 'bandEntered',
    profiles: true,
    seenIn: ({ band, previousBand }) => levelOf(band) > levelOf(previousBand) && entered.includes(band),
    stands: ({ band }) => levelOf(band) >= least,
  }
}

export const BAND_ENTERED: TriggerKind = { name: 'bandEntered', read: mapped(bands, bandEntered) }
