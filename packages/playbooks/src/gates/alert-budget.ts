import { refusedByQuota } from './play-limit.ts'
import type { Gate } from './gate.ts'

/**
 * Few alerts, and those with most at stake: an owner gets so many in any 24 hours, and only what is among the weightiest that
 * came up in them. The rest is for the digest, and has another chance the next day where its cause is a state.
 */
export const alertBudget: Gate = (input) => refusedByQuota(input, 'alert-budget')
