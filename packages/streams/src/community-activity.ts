import { effectsOf } from './effects.ts'
import { ENVELOPE_FIELDS, isDead, readEnvelope, single, unplanned } from './envelope.ts'
import type { CommunityActivityV1 } from './generated/community-activity.ts'
import type { MapContext, Verdict } from './verdict.ts'
import { VOCABULARY } from './vocabulary.ts'

const EFFECTS = effectsOf(VOCABULARY['community-activity'])

/** The fields read here; what a record has besides is skipped when it is decoded. */
export const COMMUNITY_FIELDS = [...ENVELOPE_FIELDS, 'type'] as const

export type CommunityRecord = Pick<CommunityActivityV1, (typeof COMMUNITY_FIELDS)[number]>

export function communityFacts(record: CommunityRecord, context: MapContext): Verdict {
  if (record.type === 'unknown') return unplanned('type')
  const origin = readEnvelope(record, context)
  return isDead(origin) ? origin : single(origin, EFFECTS[record.type])
}
