import { HALF_LIVES_DAYS, SLOT, signalSlot, type Vocabulary } from '@perennial/member'
import { ofFamily } from './decayed-sum.ts'
import { elapsedSince } from './elapsed.ts'
import { type Feature, plural } from './feature.ts'

/**
 * Time since the member last took part or was answered, or since joining.
 * Associations meet few times a year: half a year is ordinary. Who still reads
 * but no longer takes part has become a customer; one visit does not end this silence.
 */
export function belongingSilence({ signals }: Vocabulary): Feature {
  // A signal's last time stands behind its sums.
  const lastTimes = signals.filter(ofFamily('belonging')).map(({ id }) => signalSlot(id) + HALF_LIVES_DAYS.length)
  return elapsedSince({
    name: 'belonging_silence',
    label: 'not taking part',
    unknown: 'never took part, and no joining date on record',
    slots: [SLOT.joinedAt, ...lastTimes],
    ordinaryDays: 180,
    explain: (days) => (days < 1 ? 'took part today' : `has not taken part for ${plural(Math.floor(days), 'day')}`),
  })
}
