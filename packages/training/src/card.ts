import type { Learned } from './model-file.ts'
import { lapseText } from './task-text.ts'
import { count, day, percent } from './words.ts'

/** The model card: what the model is for, what it was made of, and what it must not be used for. Markdown. */
export function cardOf({ lesson, choice }: Learned): string {
  return [
    '# Model card',
    `Foretells which members will have ${lapseText(lesson).replace(/^did nothing/, 'done nothing')}, as a probability.`,
    '## Learned from',
    `${count(choice.n)} members at ${lesson.trainAt.map((at) => day(at)).join(', ')}, of whom ${count(choice.lapses)} ` +
      `(${percent(choice.lapses / choice.n)}) lapsed. Only what was known before each of these days made features.`,
    '## Chosen, and why',
    ...list(choice.explanation.filter((line) => !line.startsWith('Without weight:'))),
    '## Limits',
    ...list(cardLimits({ lesson, choice })),
  ].join('\n\n')
}

/** What somebody who puts a trained model to use must know. */
function cardLimits({ lesson, choice }: Pick<Learned, 'lesson' | 'choice'>): readonly string[] {
  const { task, prior } = lesson
  return [
    'It holds as long as members and the association go on as they did. Where rates or habits change, train again.',
    'Who is likely to lapse is not who can be kept: let a holdout tell what outreach does.',
    ...(task.ignored.length === 0
      ? []
      : [`Learned as if these had never happened, so do not name them as signals: ${task.ignored.join(', ')}.`]),
    ...(choice.kind === 'prior'
      ? ['Too few lapses to tell members apart: all of a year of membership have one risk.']
      : []),
    ...(prior.kind === 'none' ? [`There is no prior by year of membership, because ${lowered(prior.reason)}.`] : []),
    'It knows no age, sex, origin or health, and was given none.',
  ]
}

function lowered(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`.replace(/\.$/, '')
}

function list(lines: readonly string[]): string[] {
  return [lines.map((line) => `- ${line}`).join('\n')]
}
