import { DelayedError, Queue, UnrecoverableError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { messageOf } from '../fault.ts'
import type { Clock, Logger } from '../ports.ts'
import { queuePrefix } from '../redis/keys.ts'
import {
  JOB_STATES,
  type JobQueueOptions,
  type JobResult,
  type JobState,
  type OpenJobQueue,
  type OutreachJob,
  type QueuedJob,
  type WorkOptions,
} from './job-queue.ts'
import { RETRY_DELAYS_MS, retryDelay } from './retry-delay.ts'
import { troubleLog } from './trouble.ts'

const BACK_OFF = 'outreach'
/** A worker killed in the middle leaves its job stalled. It is not the job's fault: it may be taken up this often. */
const MOST_STALLS = 10
/**
 * A job of a killed worker is taken up again after these two at most. A worker renews its lock at half time, so one
 * whose event loop stands still for longer may see its job run beside itself: under the same id, as after a crash.
 */
const LOCK_MS = 15_000
const STALLED_CHECK_MS = 5_000
/** What BullMQ keeps of its own events; nobody reads them here. */
const EVENTS_KEPT = 1_000

export type BullDeps = Readonly<{
  namespace: string
  clock: Clock
  logger: Logger
  /** For adding and counting. */
  redis: Redis
  /** For workers: BullMQ blocks on a copy of it, so it must retry for ever. */
  blocking: () => Redis
}>

/** The job queue in BullMQ. */
export function createBullJobQueue<J extends QueuedJob = OutreachJob>(
  deps: BullDeps,
  options: JobQueueOptions,
): OpenJobQueue<J> {
  const { namespace, clock, logger, redis } = deps
  const delays = options.retryDelaysMs ?? RETRY_DELAYS_MS
  const prefix = queuePrefix(namespace)
  const name = options.queue ?? 'outreach'
  const queue = new Queue<J, void, string, J, void, string>(name, {
    connection: redis,
    prefix,
    streams: { events: { maxLen: EVENTS_KEPT } },
  })
  queue.on('error', troubleLog(logger, clock, 'The job queue'))
  const lives = livesOf(options.keepMs, delays.length + 1)

  return {
    async add(jobs) {
      if (jobs.length === 0) return
      const now = clock.now()
      await queue.addBulk(
        jobs.map(({ job, notBefore }) => ({
          // What lists of jobs show.
          name: 'playbook' in job ? String(job.playbook) : name,
          data: job,
          opts: {
            jobId: job.id,
            delay: Math.max(0, notBefore - now),
            ...lives,
          },
        })),
      )
    },

    async counts() {
      const counts = await queue.getJobCounts(...JOB_STATES)
      return Object.fromEntries(JOB_STATES.map((state) => [state, counts[state] ?? 0])) as Record<JobState, number>
    },

    work: async (work) => startWorker(deps, work, { delays, name }),

    close: () => queue.close(),
  }
}

/** How often a job is tried, and how long it is remembered: an id is refused only while its record lives. */
function livesOf(keepMs: number, attempts: number) {
  const keep = { age: Math.ceil(keepMs / 1_000) }
  return { attempts, backoff: { type: BACK_OFF }, removeOnComplete: keep, removeOnFail: keep, stackTraceLimit: 1 }
}

/** The handler asked for another attempt. */
class Retry extends Error {
  readonly afterMs: number | undefined

  constructor(reason: string, afterMs: number | undefined) {
    super(reason)
    this.afterMs = afterMs
  }
}

/** The handler gave up. */
class GivenUp extends UnrecoverableError {}

async function startWorker<J extends QueuedJob>(
  { namespace, blocking, logger, clock }: BullDeps,
  work: WorkOptions<J>,
  { delays, name }: Readonly<{ delays: readonly number[]; name: string }>,
) {
  const worker = new Worker<J>(
    name,
    async (job, token) => {
      const lastAttempt = job.attemptsMade + 1 >= (job.opts.attempts ?? 1)
      const result = await work.handle({ job: job.data, attempt: job.attemptsMade + 1, lastAttempt })
      if (result.kind !== 'later') return settle(result)
      await job.moveToDelayed(result.at, token)
      throw new DelayedError()
    },
    {
      connection: blocking(),
      prefix: queuePrefix(namespace),
      concurrency: work.concurrency,
      maxStalledCount: MOST_STALLS,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      settings: {
        backoffStrategy: (attempt, _type, error) =>
          retryDelay(delays, attempt, error instanceof Retry ? error.afterMs : undefined, Math.random()),
      },
    },
  )
  worker.on('error', troubleLog(logger, clock, 'The outreach worker'))
  worker.on('failed', (job, error) => {
    const known = error instanceof Retry || error instanceof GivenUp
    if (!known) logger.warn({ err: error, job: job?.id }, 'An outreach job stumbled')
    if (known || job === undefined || job.finishedOn === undefined) return
    work.abandoned(job.data, messageOf(error)).catch((cause: unknown) => {
      logger.error({ err: cause, job: job.id }, 'A failed outreach job could not be reported')
    })
  })
  await worker.waitUntilReady()
  return { stop: () => worker.close() }
}

function settle(result: Exclude<JobResult, { kind: 'later' }>): void {
  if (result.kind === 'retry') throw new Retry(result.reason, result.afterMs)
  if (result.kind === 'failed') throw new GivenUp(result.reason)
}
