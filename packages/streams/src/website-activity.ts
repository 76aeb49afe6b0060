import { effectsOf } from './effects.ts'
import { ENVELOPE_FIELDS, activity, isDead, linksOf, ok, readEnvelope, single, unplanned } from './envelope.ts'
import type { WebsiteActivityV1 } from './generated/website-activity.ts'
import { aliasesOf } from './references.ts'
import { visitTrust } from './trust/website.ts'
import type { MapContext, Verdict } from './verdict.ts'
import { VOCABULARY } from './vocabulary.ts'

const EFFECTS = effectsOf(VOCABULARY['website-activity'])

/** The fields read here; what a record has besides is skipped when it is decoded. */
export const WEBSITE_FIELDS = [...ENVELOPE_FIELDS, 'type', 'userAgent', 'automated'] as const

export type WebsiteRecord = Pick<WebsiteActivityV1, (typeof WEBSITE_FIELDS)[number]>

export function websiteFacts(record: WebsiteRecord, context: MapContext): Verdict {
  const { type } = record
  if (type === 'unknown') return unplanned('type')
  const origin = readEnvelope(record, context)
  if (isDead(origin)) return origin
  const trust = visitTrust(record)
  const effect = EFFECTS[type]
  // What was typed into a form or a login belongs to the person who typed it; a mere visit proves nothing.
  const proves = type === 'signed_in' || type === 'identified' || type === 'form_submitted'
  if (!proves) return single(origin, effect, trust)
  const counted = effect === undefined ? [] : [activity(origin, effect, trust, 0)]
  const facts = [...counted, ...linksOf(origin, () => aliasesOf(record.member, context.hashEmail), counted.length)]
  return facts.length === 0 ? { kind: 'drop', reason: 'nothing-to-link' } : ok(facts, trust)
}
