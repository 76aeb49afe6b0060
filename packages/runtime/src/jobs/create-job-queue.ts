import type { BullDeps } from './bull-job-queue.ts'
import type { JobQueueOptions, OpenJobQueue, OutreachJob, QueuedJob } from './job-queue.ts'

/** The job queue in BullMQ, which is loaded here and only when it is wanted: ingest and scoring have no jobs. */
export async function createJobQueue<J extends QueuedJob = OutreachJob>(
  deps: BullDeps,
  options: JobQueueOptions,
): Promise<OpenJobQueue<J>> {
  const { createBullJobQueue } = await import('./bull-job-queue.ts')
  return createBullJobQueue<J>(deps, options)
}
