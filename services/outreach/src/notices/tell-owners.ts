import type { Owners } from '@perennial/playbooks'
import { type Alert, type Clock, type JobQueue, noticeId, type NoticeJob } from '@perennial/runtime'

export type NoticeQueue = Pick<JobQueue<NoticeJob>, 'add'>

/**
 * Queues what owners are told at once. A job's id follows from the alert, or from the recovery of a member, so that the same
 * thing told twice is one message; who gets digests reads of it there.
 */
export function ownersTeller(queue: NoticeQueue, { alerts: settings }: Owners, clock: Clock) {
  const atOnce = new Set(settings.filter(({ schedule }) => schedule === undefined).map(({ owner }) => owner))
  return async (kind: 'alert' | 'recovery', alerts: readonly Alert[]): Promise<void> => {
    const earliestFirst = alerts.toSorted((a, b) => a.openedAt - b.openedAt)
    const jobs = earliestFirst
      .filter(({ owner }) => owner !== undefined && atOnce.has(owner))
      .map(({ id, owner = '', memberId, dueAt, recoveredBy = '' }): NoticeJob => {
        const name = kind === 'alert' ? [id] : [owner, memberId, recoveredBy]
        return { id: noticeId(kind, ...name), about: { kind, alertId: id }, expiresAt: dueAt }
      })
    // One message about a member, however many alerts there were: the first of an id stays.
    await queue.add(jobs.map((job) => ({ job, notBefore: clock.now() })))
  }
}
