import type { EpochMs } from '@perennial/member'
import type { Goals, Plays } from '@perennial/playbooks'
import { type GoalProgress, goalCounter } from './goals/goal-counter.ts'
import { type Counter, survey, type SurveyDeps } from './survey.ts'
import { type PlayEffects, playEffects } from './uplift/play-effects.ts'
import { tallyCounter } from './uplift/tallies.ts'

/** What one pass through all members says. */
export type Report = Readonly<{
  asOf: EpochMs
  /** How many were looked at. */
  members: number
  effects: PlayEffects
  goals: readonly GoalProgress[]
}>

export type ReportDeps = SurveyDeps & Readonly<{ plays: Plays; goals: Goals }>

/** Goes through all members once; `counters` are shown them on the way. */
export async function readReport(deps: ReportDeps, asOf: EpochMs, counters: readonly Counter[] = []): Promise<Report> {
  const tallies = tallyCounter({ plays: deps.plays, now: asOf })
  const goals = deps.goals.goals.map((goal) => goalCounter(goal, deps.plays, asOf))
  const members = await survey(deps, [tallies, ...goals, ...counters])
  const effects = playEffects(deps.plays.playbooks, tallies.tallies())
  return { asOf, members, effects, goals: goals.map((counter) => counter.progress()) }
}

export type Reports = Readonly<{
  /** One that is fresh enough; who asks while one is being made waits for the same one. */
  read(): Promise<Report>
  /** The latest there is, at once; where that is missing or old, another one is begun behind it. */
  known(): Report | undefined
}>

type ReportsDeps = Readonly<{
  make: () => Promise<Report>
  now: () => EpochMs
  /** A report is fresh for so long: each costs a pass through all members. */
  freshMs: number
  /** One that was made for nobody in particular failed. */
  failed: (error: unknown) => void
}>

/** Reports, made when they are asked for and kept for a while. */
export function createReports({ make, now, freshMs, failed }: ReportsDeps): Reports {
  let latest: Report | undefined
  let making: Promise<Report> | undefined

  function begin(): Promise<Report> {
    making ??= make()
      .then((report) => (latest = report))
      .finally(() => (making = undefined))
    return making
  }
  const fresh = () => (latest !== undefined && latest.asOf + freshMs > now() ? latest : undefined)

  return {
    read: async () => fresh() ?? begin(),
    known() {
      if (fresh() === undefined) begin().catch(failed)
      return latest
    },
  }
}
