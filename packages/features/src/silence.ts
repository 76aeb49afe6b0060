import { SLOT } from '@perennial/member'
import { elapsedSince } from './elapsed.ts'
import { plural } from './feature.ts'

/**
 * Time since the last engagement that a person made (see `PRESENCE_TRUST`), or
 * since joining. A month of quiet is ordinary.
 */
export const silence = elapsedSince({
  name: 'silence',
  label: 'silence',
  unknown: 'no engagement and no joining date on record',
  slots: [SLOT.lastAt, SLOT.joinedAt],
  ordinaryDays: 30,
  explain: (days) => (days < 1 ? 'active today' : `silent for ${plural(Math.floor(days), 'day')}`),
})
