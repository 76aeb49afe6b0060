import { DAY_MS, type EpochMs } from '@perennial/member'

/**
 * One contact to be made. Ids only: what it is about stands in the ledger, under `interventionId`, and who it is
 * about in the member database. Jobs are plain text in Redis and are kept for weeks.
 */
export type OutreachJob = Readonly<{
  /** Made from the contact key, see `jobId`: the same contact is the same job. Also the idempotency key of the channel. */
  id: string
  interventionId: string
  memberId: string
  playbook: string
  step: string
  riskVersion: number
  expiresAt: EpochMs
}>

export const JOB_STATES = ['waiting', 'delayed', 'active', 'completed', 'failed'] as const
export type JobState = (typeof JOB_STATES)[number]

export type JobResult =
  /** Nothing more to do: sent, or no longer to be sent. */
  | Readonly<{ kind: 'done' }>
  /** Not before then, as if it had not been tried. */
  | Readonly<{ kind: 'later'; at: EpochMs }>
  /** Try again by the schedule, and not before `afterMs`. After the last attempt it counts as failed. */
  | Readonly<{ kind: 'retry'; reason: string; afterMs?: number }>
  /** It will never work. */
  | Readonly<{ kind: 'failed'; reason: string }>

/** What a queue asks of its jobs. */
export type QueuedJob = Readonly<{ id: string }>

export type JobRun<J extends QueuedJob = OutreachJob> = Readonly<{
  job: J
  /** 1 for the first. */
  attempt: number
  /** A `retry` now is answered by giving up. */
  lastAttempt: boolean
}>

export type WorkOptions<J extends QueuedJob = OutreachJob> = Readonly<{
  /** Jobs at a time. */
  concurrency: number
  /** A throw counts as `retry`. The same job may be run again after a crash, even while a run hangs elsewhere. */
  handle(run: JobRun<J>): Promise<JobResult>
  /** A job ended as failed without the handler's knowing: it threw too often, or its worker died too often. */
  abandoned(job: J, reason: string): Promise<void>
}>

/** Jobs that survive everything but the loss of Redis. At least once, so whoever handles them must be idempotent. */
export interface JobQueue<J extends QueuedJob = OutreachJob> {
  /**
   * Adds jobs, due at `notBefore`. A job whose id is known, waiting or long finished, is left as it is: ids are
   * remembered for as long as a contact can be due (`keepMs`).
   */
  add(jobs: readonly Readonly<{ job: J; notBefore: EpochMs }>[]): Promise<void>
  counts(): Promise<Record<JobState, number>>
  work(options: WorkOptions<J>): Promise<JobWorker>
}

export type OpenJobQueue<J extends QueuedJob = OutreachJob> = JobQueue<J> & { close(): Promise<void> }

export type JobWorker = Readonly<{
  /** Waits for the jobs at hand. */
  stop(): Promise<void>
}>

const LEAST_KEPT_MS = 30 * DAY_MS

/** How long to remember finished jobs, given the expiries of all plays: twice the longest, at least 30 days. */
export function keepJobsMs(expiriesMs: readonly number[]): number {
  return Math.max(LEAST_KEPT_MS, ...expiriesMs.map((expiryMs) => 2 * expiryMs))
}

export type JobQueueOptions = Readonly<{
  /** Of whose jobs; default: those of outreach. A name without ':', which BullMQ refuses. */
  queue?: 'outreach' | 'notices'
  /** How long finished jobs are remembered: longer than any play's expiry. */
  keepMs: number
  /** Waiting time before each further attempt, before jitter. */
  retryDelaysMs?: readonly number[]
}>
