import type { TopicSpec } from '../ports.ts'

/** A topic as @perennial/streams declares it, its partition count still a name. */
export type TopicDeclaration = Omit<TopicSpec, 'partitions' | 'maxRecords'> &
  Readonly<{ partitions: 'source' | 'activity'; role: string }>

type Counts = Readonly<{ source: number; activity: number }>

/**
 * The embedded log lives in memory, so what is kept there is bounded by number as well as by age: records of 200
 * bytes make 100 MB a topic. What others have yet to read is never removed for this reason.
 */
const EMBEDDED_RECORDS_PER_TOPIC = 500_000

/** The declared topics with the deployment's partition counts. */
export function topicSpecs(declarations: readonly TopicDeclaration[], counts: Counts): readonly TopicSpec[] {
  return declarations.map(({ name, partitions, cleanup, retentionMs, compactionLagMs, timestamps }) => ({
    name,
    partitions: counts[partitions],
    cleanup,
    retentionMs,
    maxRecords: Math.ceil(EMBEDDED_RECORDS_PER_TOPIC / counts[partitions]),
    ...(compactionLagMs !== undefined && { compactionLagMs }),
    ...(timestamps !== undefined && { timestamps }),
  }))
}
