import { DAY_MS, SLOT, slot, type EpochMs, type Rows } from '@perennial/member'
import { AUTO_RENEW_ON } from './auto-renew.ts'
import type { Feature } from './feature.ts'

const HALF_LIFE_MS = 60 * DAY_MS
const RATE = Math.LN2 / HALF_LIFE_MS

/**
 * 2^(−time since the member last chose us / 60 days): 1 on the day of joining,
 * or of renewing or paying by hand; an automatic payment is no choice. Who has
 * just joined has done little because there was little time, and this takes
 * back what the empty sums would hold against them. Without a date, from the first engagement.
 */
export const freshDecision: Feature = {
  name: 'fresh_decision',
  label: 'joined or renewed lately',
  unknown: 'no joining date and no engagement on record',
  drift: 'falls',

  value(rows, i, at) {
    const since = choseAt(rows, i)
    return since === 0 ? undefined : Math.exp(-RATE * Math.max(0, at - since))
  },

  slopeBound(rows, i, at) {
    const since = choseAt(rows, i)
    return since === 0 ? 0 : RATE * Math.exp(-RATE * Math.max(0, at - since))
  },

  // A joining date may lie ahead.
  nextStep(rows, i, at) {
    const since = choseAt(rows, i)
    return at < since ? since : Infinity
  },

  explain: (value) =>
    value < 0.05
      ? 'neither joined nor renewed lately'
      : `joined or renewed ${Math.round((-Math.log2(value) * HALF_LIFE_MS) / DAY_MS)} days ago`,
}

function choseAt(rows: Rows, i: number): EpochMs {
  const paidAt = slot(rows, i, SLOT.autoRenew) === AUTO_RENEW_ON ? 0 : slot(rows, i, SLOT.paidAt)
  const began = beganAt(rows, i)
  return paidAt > began ? paidAt : began
}

/** When the member's time with us began: joining, else the first engagement on record; 0 = unknown. */
export function beganAt(rows: Rows, i: number): EpochMs {
  return slot(rows, i, SLOT.joinedAt) || slot(rows, i, SLOT.firstAt)
}
