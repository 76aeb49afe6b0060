import { type OutcomeFact, signalId } from '@perennial/member'
import { activity, ENVELOPE_FIELDS, isDead, ok, readEnvelope, unplanned } from './envelope.ts'
import type { OutreachOutcomeV2 } from './generated/outreach-outcome.ts'
import { PERSON } from './trust/trust.ts'
import { type MapContext, NO_SIGNAL, type Verdict } from './verdict.ts'

/** The fields read here; what a record has besides is skipped when it is decoded. */
export const OUTCOME_FIELDS = [...ENVELOPE_FIELDS, 'source', 'outcome'] as const

/** Colleagues who say what came of an alert. */
const STAFF = 'staff'
const CONTACTED = { signal: signalId('contacted_elsewhere'), amount: 1 }
/** Any number but 0: it only tells the second fact of a record from the first. */
const CONTACT = 0x85ebca6b

export type OutcomeRecord = Pick<OutreachOutcomeV2, (typeof OUTCOME_FIELDS)[number]>

/**
 * Our own outreach is never the member's engagement: it makes outcome facts and no other. A colleague who spoke with the
 * member, or tried to, has contacted them: other teams hold back then.
 */
export function outcomeFacts(record: OutcomeRecord, context: MapContext): Verdict {
  const { outcome } = record
  if (outcome === 'unknown') return unplanned('outcome')
  const origin = readEnvelope(record, context)
  if (isDead(origin)) return origin
  // It was never sent, so nothing reached the member.
  if (outcome === 'superseded') return NO_SIGNAL
  const fact: OutcomeFact = { kind: 'outcome', ...origin, source: { ...origin.source, index: 0 }, outcome }
  const inPerson = record.source === STAFF && (outcome === 'replied' || outcome === 'delivered')
  // An id of its own: the member's row would take two facts of one id for the same fact told twice.
  const contact = { ...activity(origin, CONTACTED, PERSON, 1), idLo: (origin.idLo ^ CONTACT) >>> 0 }
  return ok(inPerson ? [fact, contact] : [fact])
}
