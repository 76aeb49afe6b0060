import { DAY_MS, SLOT, YEAR_MS } from '@perennial/member'
import { elapsedSince } from './elapsed.ts'
import { plural } from './feature.ts'

const YEAR_DAYS = YEAR_MS / DAY_MS

/** Time since joining. Small beside the prior, which already knows the years of membership. */
export const tenure = elapsedSince({
  name: 'tenure',
  label: 'years since joining',
  unknown: 'no joining date on record',
  slots: [SLOT.joinedAt],
  ordinaryDays: YEAR_DAYS,
  explain: (days) => `joined ${plural(days / YEAR_DAYS, 'year')} ago`,
})
