import { type Feature, featuresFor } from '@perennial/features'
import {
  type ChosenSignals,
  type History,
  openSignalsOf,
  type Population,
  populationAt,
  type PopulationTable,
  tablesAt,
  type Task,
  termsAreKnown,
  type TraitColumn,
  traitColumns,
} from '@perennial/history'
import type { Table } from '@perennial/learning'
import {
  type EpochMs,
  idHash,
  MOST_OPEN_SIGNALS,
  type OpenSignal,
  type Vocabulary,
  vocabularyOf,
} from '@perennial/member'
import { lapseLogOdds } from '@perennial/priors'
import { fitPrior, type PriorFit } from './prior.ts'
import { knownAt as asKnownAt } from './known-at.ts'

/** What there is to learn from, and with what. */
export type Lesson = Readonly<{
  task: Task
  /** From this instant on nothing was known. */
  knownAt: EpochMs
  trainAt: readonly EpochMs[]
  vocabulary: Vocabulary
  signals: ChosenSignals
  features: readonly Feature[]
  traits: readonly TraitColumn[]
  /** Whether the terms of `members.csv` are used. */
  terms: boolean
  prior: PriorFit
  train: readonly Table[]
  /** Of the training cut-offs, in the order of the tables. */
  populations: readonly Population[]
  /** At the cut-off to be judged by, if there is one. */
  test?: Readonly<{ table: Table; population: Population }>
}>

export type LessonPlan = Readonly<{
  task: Task
  trainAt: readonly EpochMs[]
  knownAt: EpochMs
  /** The cut-off to be judged by; nothing of what happens from it on is known to the rest. */
  testAt?: EpochMs
  /** Whether `traits.csv` may be used. */
  useTraits: boolean
  /** Signals that the deployment names already: they come first, with the families it gave them. */
  named?: readonly OpenSignal[]
}>

/**
 * Tables of the members at the training cut-offs, and at that of the test. Whatever is decided here (which signals,
 * whether terms can be used, the prior, the columns) is decided by what lies before `knownAt`.
 */
export function lessonOf(history: History, plan: LessonPlan): Lesson {
  const { task, trainAt, testAt, knownAt, useTraits } = plan
  const past = asKnownAt(history, knownAt)
  const populations = trainAt.map((at) => populationAt(past, task, at))
  const tested = testAt === undefined ? [] : [populationAt(history, task, testAt)]
  const signals = signalsFor(history, plan)
  const vocabulary = vocabularyOf(signals.open)
  const features = featuresFor(vocabulary).list
  const traits = useTraits ? traitColumns(history.traits, membersOf(populations)) : []
  const terms = termsAreKnown(past, populations)
  const options = { vocabulary, features, traits, ignored: task.ignored, terms }
  const tables = tablesAt(history, options, [...populations, ...tested])
  const prior = priorFor(past, task, { trainAt, tables: tables.slice(0, populations.length), terms })
  const learn = tables.map((table) => tableOf(history, table, prior))
  const [population, table] = [tested[0], learn[populations.length]]
  return {
    task,
    knownAt,
    trainAt,
    vocabulary,
    signals,
    features,
    traits,
    terms,
    prior,
    train: learn.slice(0, populations.length),
    populations,
    ...(population === undefined || table === undefined ? {} : { test: { table, population } }),
  }
}

function signalsFor(history: History, { knownAt, task, named = [] }: LessonPlan): ChosenSignals {
  const found = openSignalsOf(history, { before: knownAt, ignored: task.ignored })
  const isNamed = (one: OpenSignal) =>
    named.some(({ stream, action }) => `${stream}.${action}` === `${one.stream}.${one.action}`)
  const more = found.open.filter((one) => !isNamed(one))
  const room = Math.max(0, MOST_OPEN_SIGNALS - named.length)
  const without = more.slice(room).map((one) => ({ stream: one.stream, action: one.action, count: 0 }))
  return { open: [...named, ...more.slice(0, room)], leftOut: [...found.leftOut, ...without] }
}

function membersOf(populations: readonly Population[]): Uint32Array {
  return Uint32Array.from(new Set(populations.flatMap(({ members }) => [...members])))
}

type PriorPlan = Readonly<{ trainAt: readonly EpochMs[]; tables: readonly PopulationTable[]; terms: boolean }>

function priorFor(past: History, { lapse }: Task, { trainAt, tables, terms }: PriorPlan): PriorFit {
  if (lapse.kind !== 'left') return { kind: 'none', reason: 'it tells of leaving, and what is foretold is inactivity' }
  if (!terms) return { kind: 'none', reason: 'no terms of membership are known as they were' }
  if (tables.every(({ years }) => years.every((year) => year === 1)))
    return { kind: 'none', reason: 'no terms of membership tell its years apart' }
  return fitPrior(past, trainAt.at(-1) ?? 0)
}

function tableOf(history: History, table: PopulationTable, prior: PriorFit): Table {
  const { names, columns, labels, years, population, n } = table
  const offset = new Float64Array(n)
  if (prior.kind === 'fitted') {
    const byYear = Array.from({ length: 256 }, (_, year) => lapseLogOdds(prior.prior.model, Math.max(1, year)))
    for (let i = 0; i < n; i++) offset[i] = byYear[years[i] ?? 1] ?? 0
  }
  // Of the id, not the place in the list: that depends on who joins later.
  const members = Uint32Array.from(population.members, (m) => idHash(history.members[m] ?? '').lo)
  return { names, columns, labels, offset, n, members }
}
