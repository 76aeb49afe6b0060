import { describe, expect, test } from 'vitest'
import type { Clock, JobQueue, JobResult, JobRun, OutreachJob } from '@perennial/runtime'
import { sampleJob } from '@perennial/testkit'

/** How long the contract's queue waits before each of its two further attempts. */
export const CONTRACT_RETRY_DELAYS_MS = [20, 40]

export type QueueHarness = Readonly<{
  /** With CONTRACT_RETRY_DELAYS_MS. */
  queue: JobQueue
  clock: Clock
  /** Lets the queue work, and time pass, until the condition holds. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>
}>

/** What every adapter of `JobQueue` must do. `make` answers an empty one. */
export function jobQueueFeatures(name: string, make: () => QueueHarness | Promise<QueueHarness>): void {
  describe(`${name} as a job queue`, () => {
    const start = async (handle: (run: JobRun) => JobResult) => {
      const harness = await make()
      const runs: (JobRun & { at: number })[] = []
      const abandoned: OutreachJob[] = []
      await harness.queue.work({
        concurrency: 2,
        async handle(run) {
          runs.push({ ...run, at: harness.clock.now() })
          return handle(run)
        },
        abandoned: async (job) => void abandoned.push(job),
      })
      const add = (job: OutreachJob, inMs = 0) => harness.queue.add([{ job, notBefore: harness.clock.now() + inMs }])
      const finished = (n: number) =>
        harness.until(async () => {
          const { completed, failed } = await harness.queue.counts()
          return completed + failed >= n
        })
      return { ...harness, runs, abandoned, add, finished }
    }

    test('a job is run with what it was added with, and not a second time under the same id', async () => {
      const { runs, add, finished, queue } = await start(() => ({ kind: 'done' }))
      await add(sampleJob())
      await add(sampleJob({ interventionId: 'another' }))
      await finished(1)
      await add(sampleJob())
      await add(sampleJob({ id: 'o-2' }))
      await finished(2)
      expect(runs.map(({ job }) => job)).toEqual([sampleJob(), sampleJob({ id: 'o-2' })])
      expect(runs[0]).toMatchObject({ attempt: 1, lastAttempt: false })
      expect(await queue.counts()).toEqual({ waiting: 0, delayed: 0, active: 0, completed: 2, failed: 0 })
    })

    test('a job is not run before its time', async () => {
      const { runs, add, finished, queue, clock } = await start(() => ({ kind: 'done' }))
      const added = clock.now()
      await add(sampleJob(), 60)
      expect((await queue.counts()).delayed).toBe(1)
      await finished(1)
      expect(runs[0]!.at - added).toBeGreaterThanOrEqual(59)
    })

    test('what asks to be tried again is, by the schedule, and the last attempt is told so', async () => {
      const { runs, add, finished, queue, abandoned } = await start(() => ({ kind: 'retry', reason: 'busy' }))
      await add(sampleJob())
      await finished(1)
      expect(runs.map(({ attempt, lastAttempt }) => [attempt, lastAttempt])).toEqual([
        [1, false],
        [2, false],
        [3, true],
      ])
      expect(runs[1]!.at - runs[0]!.at).toBeGreaterThanOrEqual(15)
      expect((await queue.counts()).failed).toBe(1)
      // The handler knew it was the last.
      expect(abandoned).toEqual([])
      // A failed job holds its id too.
      await add(sampleJob())
      expect((await queue.counts()).failed).toBe(1)
    })

    test('the receiver is given the time it asks for', async () => {
      const answers: JobResult[] = [{ kind: 'retry', reason: 'busy', afterMs: 150 }]
      const { runs, add, finished } = await start(() => answers.shift() ?? { kind: 'done' })
      await add(sampleJob())
      await finished(1)
      expect(runs).toHaveLength(2)
      expect(runs[1]!.at - runs[0]!.at).toBeGreaterThanOrEqual(149)
    })

    test('what will never work is not tried again', async () => {
      const { runs, add, finished, abandoned, queue } = await start(() => ({ kind: 'failed', reason: 'gone' }))
      await add(sampleJob())
      await finished(1)
      expect([runs.length, abandoned.length, (await queue.counts()).failed]).toEqual([1, 0, 1])
    })

    test('putting a job off costs it no attempt', async () => {
      let times = 0
      const { runs, add, finished, clock, queue } = await start(() =>
        times++ < 4 ? { kind: 'later', at: clock.now() + 10 } : { kind: 'done' },
      )
      await add(sampleJob())
      await finished(1)
      expect(runs.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1])
      expect((await queue.counts()).completed).toBe(1)
    })

    test('a handler that throws is tried again; after the last time somebody is told', async () => {
      const { runs, add, finished, abandoned, until } = await start(() => {
        throw new Error('no Redis')
      })
      await add(sampleJob())
      await finished(1)
      await until(() => abandoned.length > 0)
      expect(runs).toHaveLength(3)
      expect(abandoned).toEqual([sampleJob()])
    })
  })
}
