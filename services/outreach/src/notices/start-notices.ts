import {
  createJobQueue,
  type JobWorker,
  type Logger,
  type NoticeJob,
  type OpenJobQueue,
  type Platform,
  type Redis,
  type Scope,
} from '@perennial/runtime'
import { DAY_MS } from '@perennial/member'
import type { NoticeDeps } from './deps.ts'
import { runNotice } from './run-notice.ts'
import { watchSchedule } from './schedule.ts'

/** Longer than anything is told of late; afterwards the record of what was told knows. */
const KEEP_MS = 60 * DAY_MS

/** The queue of what colleagues are told: beside that of contacts, so that neither waits for the other. */
export async function openNoticeQueue(
  { namespace, clock, logger, redis }: Platform,
  connection: Redis,
  scope: Scope,
): Promise<OpenJobQueue<NoticeJob>> {
  const deps = { namespace, clock, logger, redis: connection, blocking: () => redis('blocking') }
  const queue = await createJobQueue<NoticeJob>(deps, { keepMs: KEEP_MS, queue: 'notices' })
  return scope.adopt(queue, (held) => held.close())
}

type StartDeps = NoticeDeps & Readonly<{ queue: OpenJobQueue<NoticeJob>; logger: Pick<Logger, 'error' | 'warn'> }>

/** Tells colleagues what is due, until the scope ends. */
export async function startNotices(deps: StartDeps, scope: Scope): Promise<void> {
  const { queue, logger } = deps
  const worker: JobWorker = await queue.work({
    concurrency: 1,
    handle: (run) => runNotice(deps, run),
    abandoned: async ({ id, about }, reason) =>
      logger.error({ job: id, notice: about.kind, reason }, 'Colleagues could not be told, and it was given up.'),
  })
  scope.adopt(worker, (held) => held.stop())
  watchSchedule(deps, scope)
}
