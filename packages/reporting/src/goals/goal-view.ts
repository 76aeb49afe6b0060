import { DAY_MS } from '@perennial/member'
import { isShare, type Kpi, METRICS } from '@perennial/playbooks'
import { date, number, percent } from '../words.ts'
import type { GoalProgress } from './goal-counter.ts'

/** A goal and how it stands, as others read it. Times are ISO 8601 days; null = not known. */
export function goalView({ goal, progress }: GoalProgress, kpis: readonly Kpi[]) {
  const { name, title, metric, target, from, until, team, play = null } = goal
  const kpi = kpis.find((one) => one.metric === metric)
  const { state, expected, members, value = null, low = null, high = null, ratio = null } = progress
  return {
    name,
    title,
    team,
    metric,
    play,
    from: date(from),
    by: date(until - DAY_MS),
    target,
    state,
    value,
    low,
    high,
    expected,
    ratio,
    members,
    upstream: { streams: kpi?.streams ?? METRICS[metric].streams, signals: kpi?.signals ?? [] },
    teams: kpi?.teams ?? [],
    words: progressWords({ goal, progress }),
  }
}

export type GoalView = ReturnType<typeof goalView>

const STATES = { 'on-track': 'On track', behind: 'Behind', 'not-enough-data': 'Not enough data yet' } as const

/** How it stands, in a sentence. */
function progressWords({ goal, progress }: GoalProgress): string {
  const { state, value, low = 0, high = 0, expected, members } = progress
  const { words } = METRICS[goal.metric]
  const shown = isShare(goal) ? percent : number
  if (value === undefined) return `${STATES[state]}: nothing to count so far.`
  const found = `${shown(value)} (${shown(low)} to ${shown(high)}) ${words}, from ${number(members)} members`
  const held = isShare(goal)
    ? `wanted: ${shown(expected)}`
    : `wanted by now: ${shown(expected)} of ${shown(goal.target)}`
  return `${STATES[state]}: ${found}; ${held}.`
}
