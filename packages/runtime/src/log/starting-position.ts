import type { Logger } from 'pino'
import { Fault } from '../fault.ts'
import type { TopicPartition } from '../ports.ts'
import type { LogMetrics } from './log-metrics.ts'
import { tpKey } from './topic-partition.ts'
import { pause } from './wait.ts'

type Deps = Readonly<{
  startOffsets(topic: string): Promise<readonly number[]>
  endOffsets(topic: string): Promise<readonly number[]>
  committed(group: string, topic: string): Promise<readonly (number | undefined)[]>
  logger: Logger
  metrics: LogMetrics
}>

/** After a change of leader the end may seem to lie too low for a moment. */
const END_CHECKS = 5
const BETWEEN_CHECKS_MS = 1_000

/**
 * Where a newly assigned partition starts: at `wanted`, else at the group's committed position, else at the
 * beginning. A position that retention has overtaken is counted and logged as a loss, and the oldest record taken.
 * A position behind the end is a Fault (`log/beyond-end`): the topic was made anew or has lost records, and any
 * choice made in silence would skip facts or count them twice.
 */
export async function startingPosition(
  deps: Deps,
  group: string,
  tp: TopicPartition,
  wanted: number | undefined,
): Promise<Readonly<{ position: number; end: number }>> {
  const { topic, partition } = tp
  const position = wanted ?? (await deps.committed(group, topic))[partition]
  const start = (await deps.startOffsets(topic))[partition] ?? 0
  const end = await endBeyond(deps, tp, position ?? start)
  if (position === undefined) return { position: start, end }
  if (position > end) {
    throw new Fault(
      'log/beyond-end',
      `${group} stands at ${position} of ${tpKey(tp)}, which ends at ${end}: the topic was made anew or has lost records. ` +
        'Give this deployment another PERENNIAL_NAMESPACE, or restore the topic.',
    )
  }
  if (position >= start) return { position, end }
  deps.metrics.lost.inc({ topic, partition }, start - position)
  deps.logger.error(
    { topic, partition, from: position, to: start },
    `Retention removed ${start - position} records of ${tpKey(tp)} before they were read`,
  )
  return { position: start, end }
}

async function endBeyond(deps: Deps, { topic, partition }: TopicPartition, position: number): Promise<number> {
  for (let check = 1; ; check++) {
    const end = (await deps.endOffsets(topic))[partition] ?? 0
    if (end >= position || check === END_CHECKS) return end
    await pause(BETWEEN_CHECKS_MS)
  }
}
