import { SLOT, slot } from '@perennial/member'
import { type Feature, never, still } from './feature.ts'

/** As stored in the row: 0 unknown, 1 off, 2 on. */
export const AUTO_RENEW_ON = 2

/** 1 when the membership renews by itself, 0 when a person has to act. */
export const autoRenew: Feature = {
  name: 'auto_renew',
  label: 'automatic renewal',
  unknown: 'not known whether renewal is automatic',
  drift: 'steps',

  value(rows, i) {
    const stored = slot(rows, i, SLOT.autoRenew)
    if (stored === 0) return undefined
    return stored === AUTO_RENEW_ON ? 1 : 0
  },

  slopeBound: still,
  nextStep: never,
  explain: (value) => (value === 1 ? 'renews automatically' : 'does not renew automatically'),
}
