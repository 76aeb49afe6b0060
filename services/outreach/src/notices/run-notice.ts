import { DAY_MS, type EpochMs, HOUR_MS } from '@perennial/member'
import type { Delivery, Role } from '@perennial/playbooks'
import { alertDigest, alertNotice, recoveryNotice } from '@perennial/reporting'
import type { Alert, JobResult, JobRun, NoticeJob } from '@perennial/runtime'
import type { Message } from '@perennial/templates'
import type { NoticeDeps } from './deps.ts'
import { gatherDigest, lineOf } from './gather-digest.ts'
import { digestName } from './schedule.ts'

const DONE: JobResult = { kind: 'done' }
/** While an operator has stopped everything, or the channel, notices wait: they are asked about again after so long. */
const STOPPED_MS = 10 * 60_000
/** While facts wait to be folded, as after a start, a digest waits too: not for ever, for there may always be some. */
const BEHIND_MS = 60_000
const PATIENCE_MS = HOUR_MS
/** After a longer pause a digest begins here: what is older is in the lists. */
const LONGEST_MS = 31 * DAY_MS

/**
 * One attempt to tell colleagues something. What it says is made now, from what is known now. A crash leaves the job to be run
 * again from the top: what was told is written down after the channel has taken it, so between these two it may be told
 * again under the same id, by which the receiver knows it.
 */
export async function runNotice(deps: NoticeDeps, run: JobRun<NoticeJob>): Promise<JobResult> {
  const { about } = run.job
  return 'period' in about ? tellDigest(deps, run, about) : tellOfAlert(deps, run, about)
}

type AlertAbout = Extract<NoticeJob['about'], Readonly<{ alertId: string }>>
type DigestAbout = Extract<NoticeJob['about'], Readonly<{ period: string }>>

async function tellOfAlert(
  deps: NoticeDeps,
  run: JobRun<NoticeJob>,
  { kind, alertId }: AlertAbout,
): Promise<JobResult> {
  const alert = await deps.alerts.get(alertId)
  const to = deps.owners.alerts.find(({ owner }) => owner === alert?.owner)
  // Erased, seen to or over by now; or the owner is told of nothing any more.
  if (alert === undefined || to === undefined || isOver(alert, kind)) return passed(deps, kind, to)
  return tell(deps, run, { kind, to, message: await messageAbout(deps, alert, kind) })
}

function isOver({ state, recoveredAt }: Alert, kind: 'alert' | 'recovery'): boolean {
  return kind === 'alert' && (state === 'closed' || recoveredAt !== undefined)
}

async function messageAbout(deps: NoticeDeps, alert: Alert, kind: 'alert' | 'recovery'): Promise<Message> {
  if (kind === 'alert') return alertNotice(await lineOf(deps, alert))
  const { memberId, openedAt, recoveredAt = deps.clock.now() } = alert
  return recoveryNotice({ memberId, alertedAt: openedAt, recoveredAt })
}

async function tellDigest(deps: NoticeDeps, run: JobRun<NoticeJob>, about: DigestAbout): Promise<JobResult> {
  const { kind, name, period, dueAt } = about
  const { alerts, digests } = deps.owners
  const to =
    kind === 'alert-digest' ? alerts.find(({ owner }) => owner === name) : digests.find(({ role }) => role === name)
  const last = await deps.notices.last(digestName(about))
  if (to === undefined || (last !== undefined && last.period >= period)) return passed(deps, kind, to)
  const now = deps.clock.now()
  if (now < dueAt + PATIENCE_MS && (await deps.behind())) return { kind: 'later', at: now + BEHIND_MS }
  const message = await digestMessage(deps, about, last?.until)
  const result = message === undefined ? DONE : await tell(deps, run, { kind, to, message })
  if (message === undefined) deps.telemetry.told(kind, to.through, 'nothing')
  if (result.kind === 'done') await deps.notices.told(digestName(about), { period, until: dueAt })
  return result
}

/** Undefined: there is nothing to tell. A week that was missed is not made up for: a role is told of one week at a time. */
async function digestMessage(
  deps: NoticeDeps,
  { kind, name, from, dueAt }: DigestAbout,
  toldUntil: EpochMs | undefined,
): Promise<Message | undefined> {
  if (kind === 'role-digest') return deps.roleDigest(name as Role, { from, until: dueAt })
  // From where the last one ended: what a period without one would have told, this one tells.
  const since = Math.max(toldUntil ?? from, dueAt - LONGEST_MS)
  return alertDigest(await gatherDigest(deps, { owner: name, from: since, until: dueAt }))
}

function passed({ telemetry }: NoticeDeps, kind: NoticeJob['about']['kind'], to: Delivery | undefined): JobResult {
  telemetry.told(kind, to?.through ?? 'none', 'superseded')
  return DONE
}

type Telling = Readonly<{ kind: NoticeJob['about']['kind']; to: Delivery; message: Message }>

async function tell(
  { channels, clock, telemetry, logger, kill }: NoticeDeps,
  { job, lastAttempt }: JobRun<NoticeJob>,
  { kind, to, message }: Telling,
): Promise<JobResult> {
  const stopped = await kill()
  if (stopped.all || stopped.channels.has(to.through)) return { kind: 'later', at: clock.now() + STOPPED_MS }
  const channel = channels.get(to.through)
  const notice = { id: job.id, kind, to: to.to, message, at: clock.now() }
  const result =
    channel?.tell === undefined
      ? ({ kind: 'failed', reason: `the channel ${to.through} is not set up` } as const)
      : await channel.tell(notice)
  if (result.kind === 'delivered') {
    telemetry.told(kind, to.through, 'delivered')
    return DONE
  }
  const isFinal = result.kind === 'failed' || lastAttempt
  telemetry.told(kind, to.through, isFinal ? 'failed' : 'retry')
  if (isFinal)
    logger.error(
      { job: job.id, notice: kind, channel: to.through, reason: result.reason },
      'Colleagues could not be told: check owners.yaml and the settings of the channel.',
    )
  return result
}
