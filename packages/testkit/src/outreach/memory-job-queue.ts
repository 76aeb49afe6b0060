import {
  type Clock,
  JOB_STATES,
  type JobQueue,
  type JobQueueOptions,
  type JobResult,
  type JobState,
  type OutreachJob,
  type QueuedJob,
  RETRY_DELAYS_MS,
  retryDelay,
  type WorkOptions,
} from '@perennial/runtime'

type Held<J> = {
  job: J
  dueAt: number
  attempts: number
  state: 'open' | 'active' | 'completed' | 'failed'
  finishedAt: number
}

export type MemoryJobQueue<J extends QueuedJob = OutreachJob> = JobQueue<J> &
  Readonly<{
    /** Runs what is due, in order of time, until nothing is. Answers how many runs there were. */
    runDue(): Promise<number>
    /** When the next job is due, Infinity = none is waiting. */
    nextDue(): number
    jobs(): J[]
  }>

/** Thrown by a test's handler: the worker's process has died, and the job is left as it was. */
export class WorkerDied extends Error {}

/** `JobQueue` without Redis or timers: jobs run when `runDue` is called. The same contract suite holds for both. */
export function memoryJobQueue<J extends QueuedJob = OutreachJob>(
  clock: Clock,
  options: JobQueueOptions,
): MemoryJobQueue<J> {
  const delays = options.retryDelaysMs ?? RETRY_DELAYS_MS
  const held = new Map<string, Held<J>>()
  let work: WorkOptions<J> | undefined

  function forget(): void {
    for (const [id, { finishedAt }] of held) if (finishedAt + options.keepMs < clock.now()) held.delete(id)
  }

  function end(entry: Held<J>, state: 'completed' | 'failed'): void {
    entry.state = state
    entry.finishedAt = clock.now()
  }

  async function apply(entry: Held<J>, result: JobResult, known: boolean): Promise<void> {
    if (result.kind === 'later') return void (entry.dueAt = result.at)
    if (result.kind === 'done') return end(entry, 'completed')
    entry.attempts++
    if (result.kind === 'retry' && entry.attempts <= delays.length) {
      entry.dueAt = clock.now() + retryDelay(delays, entry.attempts, result.afterMs, 0.5)
      return
    }
    end(entry, 'failed')
    if (!known) await work?.abandoned(entry.job, result.reason)
  }

  async function run(entry: Held<J>): Promise<void> {
    if (work === undefined) return
    entry.state = 'active'
    const attempt = entry.attempts + 1
    const ran = { job: entry.job, attempt, lastAttempt: attempt > delays.length }
    try {
      const result = await work.handle(ran)
      entry.state = 'open'
      await apply(entry, result, true)
    } catch (error) {
      entry.state = 'open'
      if (error instanceof WorkerDied) throw error
      await apply(entry, { kind: 'retry', reason: String(error) }, false)
    }
  }

  const open = () => [...held.values()].filter(({ state }) => state === 'open')
  const stateOf = (entry: Held<J>): JobState =>
    entry.state === 'open' ? (entry.dueAt > clock.now() ? 'delayed' : 'waiting') : entry.state

  return {
    async add(jobs) {
      forget()
      for (const { job, notBefore } of jobs)
        if (!held.has(job.id))
          held.set(job.id, { job, dueAt: notBefore, attempts: 0, state: 'open', finishedAt: Infinity })
    },
    async counts() {
      const counts = Object.fromEntries(JOB_STATES.map((state) => [state, 0])) as Record<JobState, number>
      for (const entry of held.values()) counts[stateOf(entry)]++
      return counts
    },
    async work(options) {
      work = options
      return { stop: async () => void (work = undefined) }
    },
    async runDue() {
      for (let runs = 0; ; runs++) {
        const next = open()
          .filter(({ dueAt }) => dueAt <= clock.now())
          .toSorted((a, b) => a.dueAt - b.dueAt)[0]
        if (next === undefined || work === undefined) return runs
        await run(next)
      }
    },
    nextDue: () => Math.min(Infinity, ...open().map(({ dueAt }) => dueAt)),
    jobs: () => [...held.values()].map(({ job }) => job),
  }
}
