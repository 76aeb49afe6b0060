import { HALF_LIVES_DAYS, SIGNALS, SLOT, signalSlot } from '@perennial/member'
import { elapsedSince } from './elapsed.ts'
import { plural } from './feature.ts'

/** A signal's last time stands behind its sums. */
const LAST_TIMES = SIGNALS.filter(({ family }) => family === 'belonging').map(
  ({ id }) => signalSlot(id) + HALF_LIVES_DAYS.length,
)

/**
 * Time since the member last took part or was answered, or since joining.
 * Associations meet few times a year: half a year is ordinary. Who still reads
 * but no longer takes part has become a customer; one visit does not end this silence.
 */
export const belongingSilence = elapsedSince({
  name: 'belonging_silence',
  label: 'not taking part',
  unknown: 'never took part, and no joining date on record',
  slots: [SLOT.joinedAt, ...LAST_TIMES],
  ordinaryDays: 180,
  explain: (days) => (days < 1 ? 'took part today' : `has not taken part for ${plural(Math.floor(days), 'day')}`),
})
