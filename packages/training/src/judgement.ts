import {
  CANDIDATES,
  type CandidateName,
  type Choice,
  choose,
  type ChosenModel,
  fitCandidate,
  lapsesIn,
  levelOf,
  logitsOf,
  pooled,
  type Table,
} from '@perennial/learning'
import { Fault } from '@perennial/runtime'
import { calibratedLogits } from './calibrated-logits.ts'
import { KNOWLEDGE } from './knowledge.ts'
import type { Lesson } from './lesson.ts'
import { scored, type Scored } from './scores.ts'
import { count, day } from './words.ts'

/** Names of models in answers and files. */
export const MODEL_NAMES: Readonly<Record<CandidateName, string>> = {
  'base rate': 'baseRate',
  recency: 'recency',
  'hazard on all columns': 'hazard',
  'hazard on few columns': 'hazardFew',
  'boosted trees': 'boosted',
}

export const PRIOR_NAME = 'prior'

/** A chosen way to foretell: log-odds of any table with the columns of the lesson. */
export type Chosen = Readonly<{ name: string; logits(table: Table): Float64Array }>

/** Throws a Fault `training/all-same` where nobody lapsed, or everybody did: there is no difference to learn. */
export function checkLabels(lesson: Lesson): void {
  const n = lesson.train.reduce((sum, table) => sum + table.n, 0)
  const lapses = lesson.train.reduce((sum, table) => sum + lapsesIn(table), 0)
  if (lapses > 0 && lapses < n) return
  const at = lesson.trainAt.map((instant) => day(instant)).join(', ')
  throw new Fault(
    'training/all-same',
    `${lapses === 0 ? 'None' : 'All'} of the ${count(n)} members at ${at} lapsed: there is no difference to learn from. ` +
      'Is --lapse what you mean by lapsing, and are its data in the folder?',
  )
}

/** Chooses by the training cut-offs alone. */
export function chosenFrom(lesson: Lesson): Readonly<{ choice: Choice; chosen: Chosen }> {
  const choice = choose(lesson.train, KNOWLEDGE)
  return { choice, chosen: choice.kind === 'model' ? modelChosen(choice) : priorChosen(lesson) }
}

function modelChosen({ name, model, calibration }: ChosenModel): Chosen {
  return { name: MODEL_NAMES[name], logits: (table) => calibratedLogits(model, calibration, table) }
}

function priorChosen(lesson: Lesson): Chosen {
  const level = priorLevel(lesson)
  return { name: PRIOR_NAME, logits: ({ offset }) => offset.map((logit) => logit + level) }
}

/** What the prior's log-odds lack of the rate at which the training members lapsed; without a prior, those of the rate. */
export function priorLevel({ train }: Pick<Lesson, 'train'>): number {
  const whole = pooled(train)
  return levelOf(whole.offset, whole)
}

/**
 * The prior, every candidate that was offered, and the chosen one, on other members. Those not chosen are fitted to
 * the same cut-offs, but not calibrated.
 */
export function allScored(lesson: Lesson, { choice, chosen }: ReturnType<typeof chosenFrom>, test: Table): Scored[] {
  const own = scored(chosen.name, chosen.logits(test), test.labels)
  const prior = scored(PRIOR_NAME, priorChosen(lesson).logits(test), test.labels)
  if (choice.kind === 'prior') return [prior]
  const kept = withoutColumns(lesson.train, choice)
  const rest = CANDIDATES.filter((name) => name !== 'base rate' && name !== 'recency' && name !== choice.name)
    .filter((name) => choice.candidates.find((candidate) => candidate.name === name)?.offered)
    .map((name) => scored(MODEL_NAMES[name], logitsOf(fitCandidate(name, kept, KNOWLEDGE), test), test.labels))
  return [prior, own, ...rest]
}

function withoutColumns(train: readonly Table[], { leftOut }: ChosenModel): readonly Table[] {
  const names = new Set(leftOut.map(({ name }) => name))
  return train.map((table) => ({
    ...table,
    names: table.names.filter((name) => !names.has(name)),
    columns: table.columns.filter((_, k) => !names.has(table.names[k] ?? '')),
  }))
}
