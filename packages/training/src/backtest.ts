import type { History, Task } from '@perennial/history'
import { type Choice, lapsesIn, type Table } from '@perennial/learning'
import type { EpochMs } from '@perennial/member'
import { Fault } from '@perennial/runtime'
import { baselinesOf } from './baselines.ts'
import { checkedCutOffs, chosenCutOffs } from './cut-offs.ts'
import { allScored, checkLabels, chosenFrom } from './judgement.ts'
import { type Lesson, lessonOf } from './lesson.ts'
import type { Scored } from './scores.ts'
import { count, day, days } from './words.ts'

/** What a model would have foretold at a past cut-off, beside what happened. */
export type Backtest = Readonly<{
  history: History
  lesson: Lesson
  testAt: EpochMs
  /** The members at the test cut-off. */
  test: Table
  choice: Choice
  /** Name of the chosen one among `models`. */
  chosen: string
  /** Log-odds of the chosen one, by member of `test`. */
  logits: Float64Array
  models: readonly Scored[]
  baselines: readonly Scored[]
}>

export type BacktestPlan = Readonly<{
  task: Task
  testAt: EpochMs
  /** Past cut-offs to learn from; chosen where there are none. */
  trainAt: readonly EpochMs[]
}>

/**
 * Learns from past cut-offs and foretells what becomes of the members at a later one. Throws a Fault where the history
 * cannot support that: `training/label-unknown`, `training/no-cut-off`, `training/all-same`, and those of
 * `populationAt`.
 */
export function backtest(history: History, { task, testAt, trainAt }: BacktestPlan): Backtest {
  const cutOffs = trainAt.length > 0 ? checkedCutOffs(task, trainAt, testAt) : chosenCutOffs(history, task, testAt)
  const lesson = lessonOf(history, { task, trainAt: cutOffs, knownAt: testAt, testAt, useTraits: true })
  checkLabels(lesson)
  const test = testOf(lesson, testAt)
  const judgement = chosenFrom(lesson)
  const models = allScored(lesson, judgement, test)
  const chosen = judgement.chosen.name
  const logits = models.find(({ name }) => name === chosen)?.logits ?? judgement.chosen.logits(test)
  const baselines = baselinesOf(lesson.train, test)
  return { history, lesson, testAt, test, choice: judgement.choice, chosen, logits, models, baselines }
}

function testOf({ test, task }: Lesson, testAt: EpochMs): Table {
  if (test === undefined) throw new Error('A lesson for a back-test has a test cut-off.')
  const lapses = lapsesIn(test.table)
  if (lapses > 0 && lapses < test.table.n) return test.table
  throw new Fault(
    'training/all-same',
    `${lapses === 0 ? 'None' : 'All'} of the ${count(test.table.n)} members at ${day(testAt)} lapsed within ` +
      `${days(task.horizonMs)}: nothing can be checked there. Choose another --cutoff, or another --lapse.`,
  )
}
