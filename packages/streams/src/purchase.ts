import { effectsOf } from './effects.ts'
import { ENVELOPE_FIELDS, activity, isDead, linksOf, ok, readEnvelope, unplanned } from './envelope.ts'
import type { PurchaseV1 } from './generated/purchase.ts'
import { aliasesOf } from './references.ts'
import { PERSON } from './trust/trust.ts'
import { dead, type MapContext, type Verdict } from './verdict.ts'
import { VOCABULARY } from './vocabulary.ts'

const EFFECTS = effectsOf(VOCABULARY.purchase)

/** The fields read here; what a record has besides is skipped when it is decoded. */
export const PURCHASE_FIELDS = [...ENVELOPE_FIELDS, 'type', 'value'] as const

export type PurchaseRecord = Pick<PurchaseV1, (typeof PURCHASE_FIELDS)[number]>

/** An order counts once, whatever it cost: a member who buys a lot at once is no more likely to stay. */
export function purchaseFacts(record: PurchaseRecord, context: MapContext): Verdict {
  const { type, value } = record
  if (type === 'unknown') return unplanned('type')
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    return dead('Datatype-Mismatch', 'value', 'The value must be a positive, finite amount.')
  }
  const origin = readEnvelope(record, context)
  if (isDead(origin)) return origin
  const effect = EFFECTS[type]
  const counted = effect === undefined ? [] : [activity(origin, effect, PERSON, 0)]
  return ok([...counted, ...linksOf(origin, () => aliasesOf(record.member, context.hashEmail), counted.length)])
}
