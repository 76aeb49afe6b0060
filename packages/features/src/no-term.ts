import { SLOT, slot } from '@perennial/member'
import { type Feature, never, still } from './feature.ts'

/**
 * 1 when no membership term is on record: nothing holds the person until a
 * date, and the horizon is "no activity in the next days", which is likelier.
 */
export const noTerm: Feature = {
  name: 'no_term',
  label: 'no membership term',
  drift: 'steps',
  value: (rows, i) => (slot(rows, i, SLOT.termEnd) === 0 ? 1 : 0),
  slopeBound: still,
  nextStep: never,
  explain: (value) => (value === 1 ? 'no membership term on record' : 'a membership term is on record'),
}
