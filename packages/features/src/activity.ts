import { isEngagement } from '@perennial/member'
import { decayedSum } from './decayed-sum.ts'

/** Everything the member did these weeks, whatever it was: what is left where nothing is known of the signals. */
export const activity30 = decayedSum({
  name: 'activity_30',
  label: 'activity of any kind lately',
  counts: isEngagement,
  halfLifeDays: 30,
  unit: 'time',
  none: 'as good as no activity of any kind lately',
})

/** The same over a season. */
export const activity90 = decayedSum({
  name: 'activity_90',
  label: 'activity of any kind this season',
  counts: isEngagement,
  halfLifeDays: 90,
  unit: 'time',
  none: 'as good as no activity of any kind this season',
})

/** The same as a habit. */
export const activity365 = decayedSum({
  name: 'activity_365',
  label: 'activity of any kind over the year',
  counts: isEngagement,
  halfLifeDays: 365,
  unit: 'time',
  none: 'as good as no activity of any kind this year',
})
