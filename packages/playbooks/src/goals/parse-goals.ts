import { DAY_MS, type EpochMs } from '@perennial/member'
import { present, type Segment, segment } from '../segment/segment.ts'
import type { Problem } from '../yaml/problem.ts'
import { checked, list, object, oneOf, optional, readYaml, type Reader, required } from '../yaml/reader.ts'
import { amount, date, name, signalName, text } from '../yaml/values.ts'
import { METRIC_NAMES, METRICS, type MetricName } from './metrics.ts'

/** What is aimed at, by when, and whose it is. */
export type Goal = Readonly<{
  name: string
  title: string
  metric: MetricName
  /** A share 0..1, members, or dues. */
  target: number
  /** Counted from here on and before `until`. */
  from: EpochMs
  until: EpochMs
  team: string
  /** Undefined: all members. */
  for?: Segment
  /** Of which play, where plays save; undefined: of all together. */
  play?: string
}>

/** What a number rests on, and who answers for that: so that teams talk about the same number. */
export type Kpi = Readonly<{
  metric: MetricName
  signals: readonly string[]
  streams: readonly string[]
  teams: readonly string[]
}>

export type Goals = Readonly<{ goals: readonly Goal[]; kpis: readonly Kpi[] }>

export const NO_GOALS: Goals = { goals: [], kpis: [] }

/** Names that the deployment knows. */
export type GoalNames = Readonly<{ signals: readonly string[]; streams: readonly string[]; plays: readonly string[] }>

const metric = oneOf(METRIC_NAMES)

function goalsReader(names: Readonly<Record<keyof GoalNames, Reader<string>>>) {
  const goal = checked(
    object({
      name: required(name),
      title: required(text),
      metric: required(metric),
      target: required(amount),
      from: required(date),
      by: required(date),
      team: required(name),
      for: optional(segment),
      play: optional(names.plays),
    }),
    wrongGoal,
  )
  const kpi = object({
    metric: required(metric),
    signals: optional(list(names.signals)),
    streams: optional(list(names.streams)),
    teams: required(list(name)),
  })
  return object({
    goals: required(checked(list(goal), (all) => twice(all.map((one) => one.name)))),
    kpis: optional(checked(list(kpi), (all) => twice(all.map((one) => one.metric)))),
  })
}

type Written = Readonly<{
  metric: MetricName
  target: number
  from: EpochMs
  by: EpochMs
  for: Segment | undefined
  play: string | undefined
}>

function wrongGoal({ metric: of, target, from, by, for: only, play }: Written): string | undefined {
  const { kind } = METRICS[of]
  if (by <= from) return "'by' is not after 'from'"
  if (target === 0) return 'a target of 0 is reached by doing nothing'
  if (kind === 'share' && target > 1) return `${of} is a share: write 0.9 for 90 %`
  if (kind === 'share' && play !== undefined) return `'play' is for what plays save; ${of} is about members`
  return kind === 'sum' && only !== undefined ? `'for' is for shares; say 'play' to narrow down ${of}` : undefined
}

function twice(names: readonly string[]): string | undefined {
  const found = names.find((one, n) => names.indexOf(one) < n)
  return found === undefined ? undefined : `'${found}' is there twice`
}

/** JSON Schema of goals.yaml, for editors: it cannot know the names of a deployment. */
export const GOALS_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'What is aimed at with Perennial',
  $defs: { segment: segment.schema },
  ...goalsReader({ signals: signalName, streams: name, plays: name }).schema,
}

/** What is aimed at, from the text of `goals.yaml`; undefined with the problems when anything is wrong. */
export function parseGoals(
  file: string,
  source: string,
  { signals, streams, plays }: GoalNames,
): { goals: Goals | undefined; problems: Problem[] } {
  const reader = goalsReader({ signals: oneOf(signals), streams: oneOf(streams), plays: oneOf(plays) })
  const { value, problems } = readYaml(file, source, reader)
  if (value === undefined) return { goals: undefined, problems }
  const { goals, kpis = [] } = value
  const parsed: Goals = {
    goals: goals.map(({ by, for: only, play, ...rest }) => ({
      ...rest,
      // The last day counts.
      until: by + DAY_MS,
      ...present({ for: only, play }),
    })),
    kpis: kpis.map(({ metric: of, signals: kept = [], streams: more = [], teams }) => ({
      metric: of,
      signals: kept,
      streams: [...new Set([...METRICS[of].streams, ...more])],
      teams,
    })),
  }
  return { goals: parsed, problems }
}
