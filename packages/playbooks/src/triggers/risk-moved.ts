import { mapped, object, oneOf, required } from '../yaml/reader.ts'
import { share } from '../yaml/values.ts'
import type { TriggerKind } from './trigger.ts'

/**
 * The risk has moved by at least so much since it was last made known. What moves in many small steps does not count:
 * a band, or `bandHeld`, notices that.
 */
export const RISK_MOVED: TriggerKind = {
  name: 'riskMoved',
  read: mapped(object({ by: required(share), direction: required(oneOf(['up', 'down'])) }), ({ by, direction }) => ({
    name: 'riskMoved',
    profiles: true,
    seenIn: ({ lapseRisk, previousRisk }) =>
      previousRisk !== null && (direction === 'up' ? lapseRisk - previousRisk : previousRisk - lapseRisk) >= by,
    stands: () => true,
  })),
}
