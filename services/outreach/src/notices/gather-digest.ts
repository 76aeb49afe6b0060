import type { EpochMs } from '@perennial/member'
import type { AlertDigest, AlertLine } from '@perennial/reporting'
import { type Alert, ALERT_STATES } from '@perennial/runtime'
import type { NoticeDeps } from './deps.ts'

/** More alerts than an owner can have in a year. */
const MOST_ALERTS = 20_000

type Stretch = Readonly<{ owner: string; from: EpochMs; until: EpochMs }>
type GatherDeps = Pick<NoticeDeps, 'alerts' | 'heldAlerts' | 'describe' | 'clock'>

/** What came for an owner from an instant up to another, and what became of what was told before. */
export async function gatherDigest(deps: GatherDeps, { owner, from, until }: Stretch): Promise<AlertDigest> {
  const now = deps.clock.now()
  const all = await deps.alerts.list({ owner, states: ALERT_STATES, now, limit: MOST_ALERTS })
  const isIn = (at: EpochMs | undefined) => at !== undefined && at >= from && at < until
  const came = all.filter(({ openedAt }) => isIn(openedAt))
  const isOver = ({ recoveredAt }: Alert) => recoveredAt !== undefined && recoveredAt < until
  const open = came.filter((alert) => alert.state !== 'closed' && !isOver(alert))
  const recovered = all.filter(({ openedAt, recoveredAt }) => openedAt < from && isIn(recoveredAt))
  // Who got through on another day is among the alerts.
  const held = (await deps.heldAlerts.list({ owner, since: from, until })).filter(
    ({ memberId }) => !open.some((alert) => alert.memberId === memberId),
  )
  return {
    owner,
    from,
    until,
    alerts: await Promise.all(open.map((alert) => lineOf(deps, alert))),
    held: await Promise.all(ofMembers(held).map((alert) => lineOf(deps, alert))),
    recovered: ofMembers(recovered.toSorted((a, b) => a.openedAt - b.openedAt)).map(
      ({ memberId, openedAt, recoveredAt = until }) => ({ memberId, alertedAt: openedAt, recoveredAt }),
    ),
    passed: came.length - open.length,
  }
}

/** The first of each member. */
function ofMembers<T extends Readonly<{ memberId: string }>>(list: readonly T[]): readonly T[] {
  return list.filter(({ memberId }, n) => list.findIndex((other) => other.memberId === memberId) === n)
}

/** Of an alert, or of one that was held back, of which less is kept. */
type About = Pick<Alert, 'memberId' | 'playbook'> &
  Readonly<{ band?: string; lapseRisk?: number; dueAt?: EpochMs; valueAtRisk?: number }>

/** What is at stake and why, as of now: as the lists of members tell it. */
export async function lineOf({ describe }: Pick<NoticeDeps, 'describe'>, about: About): Promise<AlertLine> {
  const { memberId, playbook, band, lapseRisk, dueAt } = about
  const { valueAtRisk = about.valueAtRisk ?? 0, reasons = [] } = (await describe(memberId)) ?? {}
  return { memberId, playbook, band, lapseRisk, dueAt, valueAtRisk, reasons }
}
