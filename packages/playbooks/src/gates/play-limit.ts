import { type Gate, type GateInput, type GateResult, hold, PASS, type QuotaReason } from './gate.ts'

/** The brake: a play that is written wrong, or meets data that is, contacts no more than so many before somebody looks. */
export const playLimit: Gate = (input) => refusedByQuota(input, 'play-limit')

/**
 * Whether a quota has no place. What is to go out later is asked when it has its turn, for the place is one of that hour. This
 * answer is for the ledger: the place is taken, and the quota checked once more, in one step where quotas are kept.
 */
export function refusedByQuota({ quotas, plannedAt, now }: GateInput, reason: QuotaReason): GateResult {
  if (plannedAt > now) return PASS
  const full = quotas.some(
    (quota) => quota.reason === reason && !quota.mine && (quota.taken >= quota.most || quota.above >= quota.most),
  )
  return full ? hold(reason) : PASS
}
