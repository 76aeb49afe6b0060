import { DAY_MS, SLOT, slot } from '@perennial/member'
import { type Feature, plural } from './feature.ts'
import { AUTO_RENEW_ON } from './auto-renew.ts'

const WINDOW_DAYS = 90
const WINDOW_MS = WINDOW_DAYS * DAY_MS

/**
 * 0 until 90 days before the term ends, then rising to 1 at its end: others
 * have renewed by now, this one has not. Stays 0 where the member renews
 * automatically; `overdue` goes on after the end.
 */
export const renewalWindow: Feature = {
  name: 'renewal_window',
  label: 'renewal coming up',
  unknown: 'no membership term on record',
  drift: 'rises',

  value(rows, i, at) {
    const end = slot(rows, i, SLOT.termEnd)
    if (end === 0) return undefined
    if (slot(rows, i, SLOT.autoRenew) === AUTO_RENEW_ON) return 0
    return Math.min(1, Math.max(0, 1 - (end - at) / WINDOW_MS))
  },

  slopeBound(rows, i, at) {
    const end = slot(rows, i, SLOT.termEnd)
    const open = end !== 0 && at >= end - WINDOW_MS && at < end
    return open && slot(rows, i, SLOT.autoRenew) !== AUTO_RENEW_ON ? 1 / WINDOW_MS : 0
  },

  nextStep(rows, i, at) {
    const end = slot(rows, i, SLOT.termEnd)
    if (at < end - WINDOW_MS) return end - WINDOW_MS
    return at < end ? end : Infinity
  },

  explain(value) {
    if (value === 0) return `renewal not due within ${WINDOW_DAYS} days, or automatic`
    if (value === 1) return 'term over, not renewed'
    return `renewal due in ${plural(Math.ceil((1 - value) * WINDOW_DAYS), 'day')}, not renewed yet`
  },
}
