import { mapped, object, required } from '../yaml/reader.ts'
import { duration, innerShare } from '../yaml/values.ts'
import type { TriggerKind } from './trigger.ts'

/**
 * The risk has been at the level or above it for so long without a break, as far as the row can vouch for it (see
 * `riskAbove` of @perennial/risk). Once it is so, it stands until the risk is below: a fact that comes meanwhile, and be
 * it that our own message was delivered, only shortens what the row can vouch for.
 */
export const RISK_ABOVE: TriggerKind = {
  name: 'riskAbove',
  read: mapped(object({ level: required(innerShare), for: required(duration) }), ({ level, for: forMs }) => ({
    name: 'riskAbove',
    profiles: true,
    dueAt(member) {
      const risk = member.riskAbove(level)
      const from = risk?.kind === 'above' ? risk.since : (risk?.until ?? Infinity)
      return from === Infinity ? undefined : from + forMs
    },
    stands: (member) => member.riskAbove(level)?.kind === 'above',
  })),
}
