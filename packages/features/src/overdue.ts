import { SLOT } from '@perennial/member'
import { elapsedSince } from './elapsed.ts'
import { plural } from './feature.ts'

/** Time past the end of the term, 0 while it runs. The first days overdue say most. */
export const overdue = elapsedSince({
  name: 'overdue',
  label: 'renewal overdue',
  unknown: 'no membership term on record',
  slots: [SLOT.termEnd],
  ordinaryDays: 1,
  explain: (days) => (days < 0.01 ? 'not overdue' : `renewal overdue by ${plural(days, 'day')}`),
})
