import { ENVELOPE_FIELDS, isDead, ok, readEnvelope, unplanned } from './envelope.ts'
import type { OutreachOutcomeV1 } from './generated/outreach-outcome.ts'
import { type MapContext, NO_SIGNAL, type Verdict } from './verdict.ts'

/** The fields read here; what a record has besides is skipped when it is decoded. */
export const OUTCOME_FIELDS = [...ENVELOPE_FIELDS, 'outcome'] as const

export type OutcomeRecord = Pick<OutreachOutcomeV1, (typeof OUTCOME_FIELDS)[number]>

/** Our own outreach is never the member's engagement: it makes outcome facts and no other. */
export function outcomeFacts(record: OutcomeRecord, context: MapContext): Verdict {
  const { outcome } = record
  if (outcome === 'unknown') return unplanned('outcome')
  const origin = readEnvelope(record, context)
  if (isDead(origin)) return origin
  // It was never sent, so nothing reached the member.
  if (outcome === 'superseded') return NO_SIGNAL
  return ok([{ kind: 'outcome', ...origin, source: { ...origin.source, index: 0 }, outcome }])
}
