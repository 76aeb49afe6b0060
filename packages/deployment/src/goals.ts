import { basename } from 'node:path'
import type { Vocabulary } from '@perennial/member'
import { type Goals, NO_GOALS, parseGoals, type Plays, problemText } from '@perennial/playbooks'
import { Fault } from '@perennial/runtime'
import { playFiles } from './plays.ts'

/** Streams of which no signal is kept. */
const WITHOUT_SIGNALS = ['membership', 'outreach-outcome']

/**
 * What is aimed at, from `goals.yaml` beside the plays; without it nothing. Throws a Fault (`config`) that lists everything
 * wrong with file, line and column.
 */
export function readGoals(folder: string, { playbooks }: Pick<Plays, 'playbooks'>, { signals }: Vocabulary): Goals {
  const found = playFiles(folder).find(({ file }) => /^goals\.ya?ml$/.test(basename(file)))
  if (found === undefined) return NO_GOALS
  const { goals, problems } = parseGoals(found.file, found.text, {
    signals: signals.map(({ name }) => name),
    streams: [...new Set([...signals.map(({ stream }) => stream), ...WITHOUT_SIGNALS])],
    plays: playbooks.map(({ name }) => name),
  })
  if (goals !== undefined) return goals
  const details = problems.map(problemText)
  throw new Fault('config', `The goals are not in order:\n${details.map((line) => `  ${line}`).join('\n')}`, {
    details,
  })
}
