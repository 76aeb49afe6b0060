/** The streams that come in, in the order of the documents. One stem names a stream everywhere. */
export const SOURCE_NAMES = [
  'website-activity',
  'email-activity',
  'event-attendance',
  'purchase',
  'community-activity',
  'custom-activity',
  'membership',
  'outreach-outcome',
] as const

/** The streams that others consume: one keyed record a fact. */
export const OUTPUT_NAMES = ['member-risk', 'intervention', 'outreach-request'] as const

export type SourceName = (typeof SOURCE_NAMES)[number]
export type OutputName = (typeof OUTPUT_NAMES)[number]
export type StreamName = SourceName | OutputName

/**
 * The topic of a stream. `v1` is the line of compatible schemas, not one schema:
 * a new schema version goes through the same topic, an incompatible one is a new stream.
 */
export function topicOf<N extends StreamName | 'member-activity'>(name: N): `${N}.v1` {
  return `${name}.v1`
}

/** Where the records of a source topic go that cannot be used. */
export function deadTopicOf<N extends SourceName>(name: N): `${N}.v1.dead` {
  return `${name}.v1.dead`
}

/** Under which name the registry keeps the schema of a topic's values. */
export function registrySubject(topic: string): string {
  return `${topic}-value`
}

/** Facts, in their blocks, that scoring could not fold. */
export const ACTIVITY_DEAD_TOPIC = `${topicOf('member-activity')}.dead` as const

/** Records of risk that the dispatcher could not read. */
export const RISK_DEAD_TOPIC = `${topicOf('member-risk')}.dead` as const

/** Who was erased and must not come back: keyed hashes, compacted, kept for ever. */
export const ERASURE_TOPIC = 'erasures.v1'

/** What scoring has made of facts, by subject, compacted: a rebuild or a lost Redis needs only it and the facts behind it. */
export const STATE_TOPIC = 'member-state.v1'

/**
 * Header of a member-risk record with `replay`, a CloudEvents extension: `model` where nothing happened but that
 * another model scores now. Left out where history is folded again.
 */
export const REPLAY_CAUSE_HEADER = 'ce_replaycause'
export const REPLAY_BY_MODEL = 'model'
