import { Fault } from '../fault.ts'
import type { OwnedPartition } from './owned-partition.ts'

/** A batch may be pending this long without a sign of progress; then we stop vouching for it. */
const MAX_SILENT_WORK_MS = 5 * 60_000

/**
 * A Fault when work on one of the partitions has gone quiet for too long. Heartbeats sent by a timer would vouch
 * for such work for ever, and nobody else could take it over.
 */
export function stuckWork(owned: Iterable<OwnedPartition>, now: number): Fault | undefined {
  for (const { key, running, progressAt } of owned) {
    if (!running || now - progressAt <= MAX_SILENT_WORK_MS) continue
    const minutes = Math.round(MAX_SILENT_WORK_MS / 60_000)
    return new Fault('log/stuck', `The work on ${key} has made no progress for ${minutes} minutes.`)
  }
  return undefined
}
