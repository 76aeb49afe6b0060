import type { Job } from 'bullmq'
import { queuePrefix } from '../redis/keys.ts'
import type { BullDeps } from './bull-job-queue.ts'
import { JOB_STATES, type OutreachJob } from './job-queue.ts'
import { troubleLog } from './trouble.ts'

/** The outreach jobs about one member. All jobs are looked through: no index is kept of whom they are about. */
export type MemberJobs = Readonly<{
  /** Finished ones too. */
  ofMember(memberId: string): Promise<readonly Readonly<{ job: OutreachJob; state: string }>[]>
  /** Removes all but one that runs right now; answers how many went, and how many run. */
  forget(memberId: string): Promise<Readonly<{ removed: number; running: number }>>
  close(): Promise<void>
}>

const PAGE = 1_000

/** BullMQ is loaded here and only when it is wanted. */
export async function createMemberJobs(deps: Omit<BullDeps, 'blocking'>): Promise<MemberJobs> {
  const { namespace, clock, logger, redis } = deps
  const { Queue } = await import('bullmq')
  const queue = new Queue<OutreachJob>('outreach', { connection: redis, prefix: queuePrefix(namespace) })
  queue.on('error', troubleLog(logger, clock, 'The job queue'))

  /** Lists move while they are read: what is looked for once more is found then. */
  async function jobsOf(memberId: string): Promise<Job<OutreachJob>[]> {
    const own = new Map<string, Job<OutreachJob>>()
    for (let from = 0; ; from += PAGE) {
      const page = await queue.getJobs([...JOB_STATES], from, from + PAGE - 1)
      // One that was removed meanwhile is no job.
      for (const job of page) if (job?.data?.memberId === memberId) own.set(job.id ?? '', job)
      if (page.length === 0) return [...own.values()]
    }
  }

  return {
    async ofMember(memberId) {
      const own = await jobsOf(memberId)
      return Promise.all(own.map(async (job) => ({ job: job.data, state: await job.getState() })))
    },

    async forget(memberId) {
      let running = 0
      const own = await jobsOf(memberId)
      // One that runs is locked.
      for (const job of own) await job.remove().catch(() => running++)
      return { removed: own.length - running, running }
    },

    close: () => queue.close(),
  }
}
