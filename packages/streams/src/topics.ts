import { DAY_MS } from '@perennial/member'
import {
  ACTIVITY_DEAD_TOPIC,
  deadTopicOf,
  ERASURE_TOPIC,
  OUTPUT_NAMES,
  type OutputName,
  RISK_DEAD_TOPIC,
  SOURCE_NAMES,
  STATE_TOPIC,
  topicOf,
} from './names.ts'

export type Topic = Readonly<{
  name: string
  role: 'source' | 'dead' | 'internal' | 'output'
  /** Which of the two configured partition counts it has. Dead letters keep their partition, outputs their state's. */
  partitions: 'source' | 'activity'
  cleanup: 'delete' | 'compact'
  /** How long records are kept, in milliseconds; -1 = for ever. */
  retentionMs: number
  /** How long records stay that newer ones have replaced, in milliseconds. Default: as the broker compacts. */
  compactionLagMs?: number
  /**
   * 'append': the broker's clock dates the records. Ingest corrects producers' clocks by this time,
   * so a producer must not be able to set it; and imported history is kept as long as new facts are.
   */
  timestamps: 'append'
}>

/** Five of the longest half-lives (365 days): what is older adds less than 1/32 of itself to a score. */
const ACTIVITY_RETENTION_MS = 5 * 365 * DAY_MS
/** Long enough to replay a quarter after a mistake in a mapper. */
const SOURCE_RETENTION_MS = 90 * DAY_MS
/** Dead letters hold personal data, so they do not outlive what they came from. */
const DEAD_RETENTION_MS = SOURCE_RETENTION_MS

/** Twice the longest time between two snapshots: a snapshot that is broken off must not replace the last whole one. */
const STATE_LAG_MS = 2 * DAY_MS

const OUTPUT_CLEANUP = {
  // The latest assessment of each member stays, for who begins to read late.
  'member-risk': { cleanup: 'compact', retentionMs: -1 },
  intervention: { cleanup: 'delete', retentionMs: 2 * 365 * DAY_MS },
  // Void after days: kept so that a consumer can be looked into.
  'outreach-request': { cleanup: 'delete', retentionMs: 30 * DAY_MS },
} as const satisfies Record<OutputName, unknown>

/** Every topic, with the settings it is created with and that `perennial doctor` checks. */
export const TOPICS: readonly Topic[] = [
  ...SOURCE_NAMES.map((name): Topic => ({
    name: topicOf(name),
    role: 'source',
    partitions: 'source',
    cleanup: 'delete',
    retentionMs: SOURCE_RETENTION_MS,
    timestamps: 'append',
  })),
  ...SOURCE_NAMES.map((name): Topic => ({
    name: deadTopicOf(name),
    role: 'dead',
    partitions: 'source',
    cleanup: 'delete',
    retentionMs: DEAD_RETENTION_MS,
    timestamps: 'append',
  })),
  {
    name: topicOf('member-activity'),
    role: 'internal',
    partitions: 'activity',
    cleanup: 'delete',
    retentionMs: ACTIVITY_RETENTION_MS,
    timestamps: 'append',
  },
  ...[ACTIVITY_DEAD_TOPIC, RISK_DEAD_TOPIC].map((name): Topic => ({
    name,
    role: 'dead',
    partitions: 'activity',
    cleanup: 'delete',
    retentionMs: DEAD_RETENTION_MS,
    timestamps: 'append',
  })),
  {
    name: ERASURE_TOPIC,
    role: 'internal',
    partitions: 'activity',
    cleanup: 'compact',
    retentionMs: -1,
    timestamps: 'append',
  },
  {
    name: STATE_TOPIC,
    role: 'internal',
    partitions: 'activity',
    cleanup: 'compact',
    retentionMs: -1,
    compactionLagMs: STATE_LAG_MS,
    timestamps: 'append',
  },
  ...OUTPUT_NAMES.map((name): Topic => ({
    name: topicOf(name),
    role: 'output',
    partitions: 'activity',
    ...OUTPUT_CLEANUP[name],
    timestamps: 'append',
  })),
]
