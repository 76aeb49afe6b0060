import type { History, Task } from '@perennial/history'
import { DAY_MS, type EpochMs, type OpenSignal } from '@perennial/member'
import { Fault } from '@perennial/runtime'
import type { TrainedModel } from '@perennial/risk'
import { checkedCutOffs, chosenCutOffs } from './cut-offs.ts'
import { checkLabels, chosenFrom } from './judgement.ts'
import { type Lesson, lessonOf } from './lesson.ts'
import { modelFile } from './model-file.ts'

export type TrainPlan = Readonly<{
  task: Task
  /** Cut-offs to learn from; where there are none, the latest whose labels are known, and some before. */
  trainAt: readonly EpochMs[]
  /** The open signals that the deployment names already, in its order. */
  named: readonly OpenSignal[]
  /** When it is made. */
  createdAt: EpochMs
}>

export type TrainResult = Readonly<{
  model: TrainedModel
  /** All open signals that the deployment has to name for it, in this order. */
  signals: readonly OpenSignal[]
  lesson: Lesson
  /** Why it is as it is, and what to know, in sentences. */
  explanation: readonly string[]
}>

/**
 * Learns a model from the latest cut-offs whose labels are known. Throws a Fault where the history cannot support one:
 * `training/label-unknown`, `training/no-cut-off`, `training/all-same`, and those of `populationAt`.
 */
export function train(history: History, { task, trainAt, named, createdAt }: TrainPlan): TrainResult {
  const knownAt = task.knownUntil ?? lastWholeDay(history)
  const cutOffs = trainAt.length > 0 ? checkedCutOffs(task, trainAt, knownAt) : chosenCutOffs(history, task, knownAt)
  const lesson = lessonOf(history, { task, trainAt: cutOffs, knownAt, useTraits: false, named })
  checkLabels(lesson)
  const { choice, chosen } = chosenFrom(lesson)
  const model = modelFile({ history, lesson, choice, chosen }, createdAt)
  const traits = history.traits.length === 0 ? [] : [TRAITS]
  return { model, signals: lesson.signals.open, lesson, explanation: [...choice.explanation, ...traits] }
}

const TRAITS =
  'traits.csv is not used: nothing brings traits in live, so a model that needs them could not score. A back-test uses them.'

/** The last day that the history tells of whole. */
function lastWholeDay({ until }: History): EpochMs {
  if (until === undefined)
    throw new Fault('training/no-cut-off', 'The history tells of nothing: there is nothing to learn from.')
  return Math.floor(until / DAY_MS) * DAY_MS
}
