import { effectOfAction } from './effects.ts'
import { ENVELOPE_FIELDS, isDead, readEnvelope, single } from './envelope.ts'
import type { CustomActivityV1 } from './generated/custom-activity.ts'
import { dead, type MapContext, type Verdict } from './verdict.ts'

/** The fields read here; what a record has besides is skipped when it is decoded. */
export const CUSTOM_FIELDS = [...ENVELOPE_FIELDS, 'stream', 'action'] as const

export type CustomRecord = Pick<CustomActivityV1, (typeof CUSTOM_FIELDS)[number]>

/** Each action of a stream is a signal of its own. One that nobody has named is in order, and counts as nothing yet. */
export function customFacts(record: CustomRecord, context: MapContext): Verdict {
  const { stream, action } = record
  if (stream === '') return dead('Required-Missing', 'stream', 'The name of the stream is empty.')
  if (action === '') return dead('Required-Missing', 'action', 'The name of the action is empty.')
  const origin = readEnvelope(record, context)
  if (isDead(origin)) return origin
  const effect = effectOfAction(context.vocabulary, stream, action)
  return 'kind' in effect ? effect : single(origin, effect)
}
