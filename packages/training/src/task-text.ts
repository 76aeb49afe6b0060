import type { Backtest } from './backtest.ts'
import type { Lesson } from './lesson.ts'
import { counted, day, days, percent } from './words.ts'
import { lapsesIn } from '@perennial/learning'

/** What is foretold of whom, from when, and what was learned from, in one sentence. */
export function taskText({ lesson, testAt }: Pick<Backtest, 'lesson' | 'testAt'>): string {
  const { trainAt } = lesson
  return (
    `Which members at ${day(testAt)} ${lapseText(lesson)}, foretold from what was known before, by what ` +
    `${trainAt.length === 1 ? 'a past cut-off' : `${trainAt.length} past cut-offs`} taught: ` +
    `${trainAt.map((at) => day(at)).join(', ')}.`
  )
}

/** What a lapse is, as the end of a sentence about members. */
export function lapseText({ task }: Pick<Lesson, 'task'>): string {
  const { lapse, horizonMs } = task
  if (lapse.kind === 'left') return `left within ${days(horizonMs)}`
  return `did nothing ${lapse.stream === undefined ? '' : `of the stream ${lapse.stream} `}within ${days(horizonMs)}`
}

const RATE_SHIFT = 1.5
/** Below this many lapses the AUC has a standard error of some .02 and more. */
const FEW_LAPSES = 200

/** What a reader of a back-test must know before trusting it, in sentences. */
export function limitsOf(result: Backtest): readonly string[] {
  const { lesson, test, choice } = result
  const lapses = lapsesIn(test)
  const rate = lapses / test.n
  const trained = choice.lapses / choice.n
  const shifted = rate > RATE_SHIFT * trained || trained > RATE_SHIFT * rate
  return [
    'One cut-off is one year: another may be better or worse by more than any of these differences.',
    ...(lapses < FEW_LAPSES || test.n - lapses < FEW_LAPSES
      ? [`With ${counted(lapses, 'lapse')} among ${counted(test.n, 'member')} the figures are rough.`]
      : []),
    ...(shifted
      ? [
          `The rate has moved from ${percent(trained)} at the past cut-offs to ${percent(rate)}: no history tells that ` +
            'beforehand, so the probabilities are off in the same direction, while the order may still hold.',
        ]
      : []),
    ...(lesson.traits.length > 0
      ? [
          'traits.csv does not say since when a trait has been so. One that changes when somebody leaves would know the ' +
            'outcome; check those with a large weight.',
        ]
      : []),
    ...(lesson.terms || lesson.task.lapse.kind === 'inactive'
      ? []
      : ['No terms are used: none are given, or only the latest of each member, which would tell who renewed.']),
    ...(lesson.signals.leftOut.length > 0
      ? [
          `${counted(lesson.signals.leftOut.length, 'action')} found no place among the signals: ` +
            `${lesson.signals.leftOut
              .slice(0, 5)
              .map(({ stream, action }) => `${stream}.${action}`)
              .join(', ')}${lesson.signals.leftOut.length > 5 ? ' …' : ''}.`,
        ]
      : []),
    'Who lapses says nothing about whom a call would have kept: only a holdout tells that.',
  ]
}
