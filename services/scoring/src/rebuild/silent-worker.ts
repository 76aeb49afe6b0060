import { createMetrics, type Lease, type Logger, type PartitionStore } from '@perennial/runtime'
import { stateOf } from '../change.ts'
import { PartitionWorker } from '../partition-worker.ts'
import type { Publisher } from '../publisher.ts'
import { createTelemetry } from '../telemetry.ts'
import type { WorkerDeps } from '../worker-deps.ts'

/** Nothing is published, and nothing is reported as done. */
const SAYS_NOTHING: Publisher = {
  publish: () => Promise.resolve(),
  begin: () => undefined,
  reached: () => undefined,
  settled: () => Promise.resolve(),
  takePublished: () => [],
  nextSequence: () => 1,
}

/** What a rebuild has in common with scoring: the fold itself. */
export type FoldDeps = Pick<
  WorkerDeps,
  'clock' | 'model' | 'aliasMs' | 'partitions' | 'maxAliases' | 'chunks' | 'nextToken' | 'openBlock' | 'pseudonym'
>

/** The owner of a partition's next generation: folds and sweeps as scoring does, and tells nobody. */
export function silentWorker(deps: FoldDeps, store: PartitionStore, lease: Lease, logger: Logger): PartitionWorker {
  const nobodyDue = () => Promise.resolve({ members: 0, aliases: 0 })
  return new PartitionWorker(
    {
      ...deps,
      store,
      silent: true,
      publisher: SAYS_NOTHING,
      telemetry: createTelemetry(createMetrics(), logger, nobodyDue),
      shadows: { wants: () => false, note: () => Promise.resolve() },
      // They were put aside when they were folded first.
      putAside: () => Promise.resolve(),
      foldedHistory: () => undefined,
      hearing: { silent: () => true, objected: () => false, forwards: () => [], outcomes: () => [] },
    },
    lease,
    stateOf(lease),
  )
}
