import { messageOf } from '../fault.ts'
import type { ConsumeOptions } from '../ports.ts'
import type { Assignment, AssignmentDeps } from './assignment.ts'
import type { Delivery, Outcome, OwnedPartition } from './owned-partition.ts'

type Deps = AssignmentDeps & Readonly<{ now(): number }>

/**
 * Hands one batch to the handler and deals with what comes of it: counts what retention took from us, logs a
 * failure and lets the partition wait. Never throws.
 */
export async function handOver(
  deps: Deps,
  assignment: Assignment,
  owned: OwnedPartition,
  { delivery, options }: Readonly<{ delivery: Delivery; options: ConsumeOptions }>,
): Promise<Outcome> {
  const first = delivery.records[0]?.offset ?? owned.next
  if (first > owned.next) await noticeGap(deps, owned, first)
  const outcome = await owned.deliver(delivery, options.onBatch, deps.now)
  if (outcome.kind !== 'failed') return outcome
  deps.metrics.batchFailures.inc({ topic: owned.tp.topic })
  deps.logger.warn(
    { err: outcome.error, ...owned.tp, offset: owned.next, attempt: outcome.attempt },
    `A batch of ${owned.key} failed and will be delivered again: ${messageOf(outcome.error)}`,
  )
  assignment.backOff(owned, outcome.attempt)
  return outcome
}

/** Compaction and transactions leave harmless gaps; records that retention took before we came are lost. */
async function noticeGap(deps: Deps, owned: OwnedPartition, first: number): Promise<void> {
  const { topic, partition } = owned.tp
  const starts = await deps.startOffsets(topic).catch(() => [])
  const lost = Math.min(starts[partition] ?? 0, first) - owned.next
  if (lost <= 0) return
  deps.metrics.lost.inc({ topic, partition }, lost)
  deps.logger.error(
    { topic, partition, from: owned.next, to: owned.next + lost },
    `Retention removed ${lost} records of ${owned.key} before they were read`,
  )
}
