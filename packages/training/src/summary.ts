import { lapsesIn, probability } from '@perennial/learning'
import type { Backtest } from './backtest.ts'
import type { Metrics, Scored } from './scores.ts'

/** The answer of a back-test for programs. */
export type Summary = Readonly<{
  n: number
  baseRate: number
  models: Readonly<Record<string, Metrics>>
  baselines: Readonly<Record<string, Metrics>>
  chosen: string
}>

export function summaryOf({ test, models, baselines, chosen }: Backtest): Summary {
  return {
    n: test.n,
    baseRate: lapsesIn(test) / test.n,
    models: byName(models),
    baselines: byName(baselines),
    chosen,
  }
}

function byName(scored: readonly Scored[]): Record<string, Metrics> {
  return Object.fromEntries(scored.map(({ name, metrics }) => [name, metrics]))
}

/** Lines of a CSV file with the probability of every member, without line ends. */
export function* predictionLines({ history, lesson, logits, test }: Backtest): Generator<string> {
  yield 'member_id,spell,label,p'
  const members = lesson.test?.population.members ?? new Uint32Array()
  const spells = lesson.test?.population.spells ?? new Uint32Array()
  for (let i = 0; i < members.length; i++) {
    const id = field(history.members[members[i] ?? 0] ?? '')
    yield `${id},${spells[i] ?? 1},${test.labels[i] ?? 0},${probability(logits[i] ?? Number.NaN)}`
  }
}

function field(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
