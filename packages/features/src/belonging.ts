import { decayedSum, ofFamily } from './decayed-sum.ts'

const counts = ofFamily('belonging')

/**
 * Taking part and being answered: events attended, posts, help given and
 * received, service, referrals. Stands beside consumption because a member who
 * only takes is still a customer; one who takes part and is answered stays.
 */
export const belonging90 = decayedSum({
  name: 'belonging_90',
  label: 'taking part lately (events, posts, help, service)',
  counts,
  halfLifeDays: 90,
  unit: 'time',
  none: 'as good as no taking part lately (events, posts, help, service)',
})

/** Associations meet few times a year: a season without an event is not yet an absence. */
export const belonging365 = decayedSum({
  name: 'belonging_365',
  label: 'taking part over the year (events, posts, help, service)',
  counts,
  halfLifeDays: 365,
  unit: 'time',
  none: 'as good as no taking part this year (events, posts, help, service)',
})
