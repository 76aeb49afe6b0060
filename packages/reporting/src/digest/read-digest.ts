import { featuresFor } from '@perennial/features'
import type { EpochMs } from '@perennial/member'
import { type Alert, ALERT_STATES, type Alerts } from '@perennial/runtime'
import { type AtRiskMember, type AtRiskSources, listAtRisk } from '../at-risk.ts'
import { goalView, type GoalView } from '../goals/goal-view.ts'
import { readReport, type ReportDeps } from '../reports.ts'
import type { PlayEffects } from '../uplift/play-effects.ts'
import { type Learned, learnedFrom } from './learned.ts'
import { type Activity, add, byCount, type Counts, weekCounter } from './week-counter.ts'

/** What a week has to tell, whoever reads it: the numbers of `members`, `why`, `alerts`, `uplift` and `goals`. */
export type DigestNumbers = Readonly<{
  from: EpochMs
  until: EpochMs
  /** Members looked at. */
  members: number
  atRisk: Readonly<{ high: number; medium: number; valueAtRisk: number }>
  alerts: Readonly<{
    opened: number
    closed: number
    unfinished: number
    overdue: number
    outcomes: Counts
    reasons: Counts
  }>
  activity: Activity
  learned: readonly Learned[]
  effects: PlayEffects
  goals: readonly GoalView[]
}>

export type DigestDeps = ReportDeps & AtRiskSources & Readonly<{ alerts: Pick<Alerts, 'ofMember' | 'list'> }>

/** More than any association has at risk, or alerts in a year. */
const MOST = 1_000_000

/** Goes through all members once, and through those at risk once more. */
export async function readDigest(
  deps: DigestDeps,
  { from, until }: Readonly<{ from: EpochMs; until: EpochMs }>,
): Promise<DigestNumbers> {
  const now = deps.clock.now()
  const week = weekCounter(from, until)
  const { members, effects, goals } = await readReport(deps, now, [week])
  const atRisk = (await listAtRisk(deps, { bands: ['high', 'medium'], limit: MOST, offset: 0 })).members
  const alerts = await deps.alerts.list({ states: ALERT_STATES, now, limit: MOST })
  const features = featuresFor(deps.vocabulary)
  return {
    from,
    until,
    members,
    atRisk: atRiskOf(atRisk),
    alerts: alertsOf(alerts, { from, until, now }),
    activity: week.activity(),
    learned: learnedFrom(atRisk, (driver) => features.named(driver)?.label ?? driver),
    effects,
    goals: goals.map((goal) => goalView(goal, deps.goals.kpis)),
  }
}

function atRiskOf(members: readonly AtRiskMember[]): DigestNumbers['atRisk'] {
  const high = members.filter(({ band }) => band === 'high').length
  const valueAtRisk = members.reduce((sum, member) => sum + member.valueAtRisk, 0)
  return { high, medium: members.length - high, valueAtRisk }
}

type Stretch = Readonly<{ from: EpochMs; until: EpochMs; now: EpochMs }>

function alertsOf(alerts: readonly Alert[], { from, until, now }: Stretch): DigestNumbers['alerts'] {
  const isIn = (at: EpochMs) => at >= from && at < until
  const closed = alerts.filter(({ state, changedAt = 0 }) => state === 'closed' && isIn(changedAt))
  const unfinished = alerts.filter(({ state }) => state !== 'closed')
  const [outcomes, reasons] = [new Map<string, number>(), new Map<string, number>()]
  for (const { outcome, reason } of closed) {
    if (outcome !== undefined) add(outcomes, outcome)
    if (reason !== undefined) add(reasons, reason)
  }
  return {
    opened: alerts.filter(({ openedAt }) => isIn(openedAt)).length,
    closed: closed.length,
    unfinished: unfinished.length,
    overdue: unfinished.filter(({ dueAt }) => dueAt < now).length,
    outcomes: byCount(outcomes),
    reasons: byCount(reasons),
  }
}
