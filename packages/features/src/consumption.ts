import { decayedSum, ofFamily } from './decayed-sum.ts'

const counts = ofFamily('consumption')

/** What the member takes from us these weeks: visits, reads, logins, emails, registrations. */
export const consumption30 = decayedSum({
  name: 'consumption_30',
  label: 'use of website, emails and content lately',
  counts,
  halfLifeDays: 30,
  unit: 'time',
  none: 'as good as no use of website, emails and content lately',
})

/** The same as a habit: a member who used us all year and pauses is not one who never did. */
export const consumption365 = decayedSum({
  name: 'consumption_365',
  label: 'use of website, emails and content over the year',
  counts,
  halfLifeDays: 365,
  unit: 'time',
  none: 'as good as no use of website, emails and content this year',
})
