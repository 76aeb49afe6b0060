import type { EpochMs } from '@perennial/member'
import { duePeriod, type Owners, type Schedule } from '@perennial/playbooks'
import { type Clock, type Logger, messageOf, noticeId, type NoticeJob, pause, type Scope } from '@perennial/runtime'
import type { NoticeQueue } from './tell-owners.ts'

/** How often it is looked whether a digest is due. */
const EVERY_MS = 15_000
/** What belongs to a period may be written down a little after its end. */
const SETTLE_MS = 30_000

/** Names a digest among those that went out. */
export function digestName({ kind, name }: Readonly<{ kind: string; name: string }>): string {
  return `${kind}:${name}`
}

/** The latest digest that is due by `now`, of every owner and role that gets any. */
export function dueDigests({ alerts, digests }: Owners, now: EpochMs): NoticeJob[] {
  return [
    ...alerts.flatMap(({ owner, schedule }) =>
      schedule === undefined ? [] : [jobOf('alert-digest', owner, schedule, now)],
    ),
    ...digests.map(({ role, schedule }) => jobOf('role-digest', role, schedule, now)),
  ]
}

function jobOf(kind: 'alert-digest' | 'role-digest', name: string, schedule: Schedule, now: EpochMs): NoticeJob {
  const { id: period, from, dueAt } = duePeriod(schedule, now - SETTLE_MS)
  // By then the next one is due, and tells of this period too.
  const expiresAt = dueAt + (dueAt - from)
  return { id: noticeId(kind, name, period), about: { kind, name, period, from, dueAt }, expiresAt }
}

type WatchDeps = Readonly<{ owners: Owners; queue: NoticeQueue; clock: Clock; logger: Pick<Logger, 'warn'> }>

/**
 * Queues every digest once it is due, until the scope ends. The period is in the id of the job, so that several processes and
 * restarts queue it once; what is no longer known to the queue, the record of what was told knows.
 */
export function watchSchedule({ owners, queue, clock, logger }: WatchDeps, scope: Scope): void {
  const stopping = new AbortController()
  const queued = new Set<string>()

  async function look(): Promise<void> {
    const jobs = dueDigests(owners, clock.now()).filter(({ id }) => !queued.has(id))
    if (jobs.length === 0) return
    await queue.add(jobs.map((job) => ({ job, notBefore: clock.now() })))
    for (const { id } of jobs) queued.add(id)
  }

  const done = (async () => {
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) =>
        logger.warn({ err: error }, `Digests could not be queued, trying again: ${messageOf(error)}`),
      )
      await pause(EVERY_MS, stopping.signal)
    }
  })()
  scope.adopt(stopping, async (held) => {
    held.abort()
    await done
  })
}
