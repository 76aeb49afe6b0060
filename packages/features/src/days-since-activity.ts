import { DAY_MS, SLOT, slot } from '@perennial/member'
import { type Feature, never, plural } from './feature.ts'

/** What stands for "never": ten years, longer than anybody is followed. */
const NEVER_DAYS = 3650
const NEVER = Math.log1p(NEVER_DAYS)

/**
 * ln(1 + days since the last engagement by a person). Unlike `silence` it does
 * not start at joining, and a member of whom nothing was ever seen has a value:
 * in most histories that alone says much. d/dt = 1 / (1 day + elapsed).
 */
export const daysSinceActivity: Feature = {
  name: 'days_since_activity',
  label: 'days since the last activity',
  drift: 'rises',

  value(rows, i, at) {
    const since = slot(rows, i, SLOT.lastAt)
    return since === 0 ? NEVER : Math.log1p(Math.max(0, at - since) / DAY_MS)
  },

  slopeBound(rows, i, at) {
    const since = slot(rows, i, SLOT.lastAt)
    return since === 0 ? 0 : 1 / (DAY_MS + Math.max(0, at - since))
  },

  nextStep: never,

  explain(value) {
    if (value === NEVER) return 'no activity on record'
    // A hair more than the logarithm gives back, so that whole days stay whole.
    const days = Math.floor(Math.expm1(value) + 1e-6)
    return days < 1 ? 'active today' : `last active ${plural(days, 'day')} ago`
  },
}
