import type { EpochMs } from '@perennial/member'
import type { JobQueue, JobResult, OutreachJob } from '@perennial/runtime'
import { TimeHeap } from './time-heap.ts'

export type JobsWaiting = Pick<JobQueue, 'add'> &
  Readonly<{
    readonly next: EpochMs
    /** Runs what is due by `now`, in order of time. */
    run(now: EpochMs, handle: (job: OutreachJob) => Promise<JobResult>): Promise<void>
  }>

/** The outreach queue of a simulation: what is due is run when it is asked for. */
export function jobsWaiting(): JobsWaiting {
  const heap = new TimeHeap<OutreachJob>()
  const known = new Set<string>()
  return {
    get next() {
      return heap.next
    },
    async add(jobs) {
      for (const { job, notBefore } of jobs) {
        if (known.has(job.id)) continue
        known.add(job.id)
        heap.add(notBefore, job)
      }
    },
    async run(now, handle) {
      for (let due = heap.take(now); due !== undefined; due = heap.take(now)) {
        const result = await handle(due.item)
        // Nothing is sent, so nothing is tried again.
        if (result.kind === 'later') heap.add(Math.max(result.at, now + 1), due.item)
        else known.delete(due.item.id)
      }
    },
  }
}
