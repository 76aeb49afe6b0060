import { type Backtest, limitsOf, type Scored, summaryOf, taskText } from '@perennial/training'
import type { Context } from '../context.ts'
import { type Column, renderTable, wrap } from '../terminal/table.ts'
import { item, learnable } from './explanation-text.ts'
import { count, number, percent } from '../terminal/words.ts'

/** A back-test for people: who did how well, what was chosen and why, and what it does not tell. */
export function backtestText(result: Backtest, { width, style }: Pick<Context, 'width' | 'style'>): string {
  const { n, baseRate } = summaryOf(result)
  const paragraph = (line: string) => wrap(line, width).join('\n')
  return [
    paragraph(taskText(result)),
    paragraph(`${count(n, 'member')}, of whom ${percent(baseRate)} (${number(n * baseRate)}) lapsed.`),
    '',
    scoreTable(result, style.bold, width),
    '',
    paragraph(
      'AUC: how well the order is (0.5 chance, 1 perfect). Log loss, Brier, calibration error: how right the ' +
        'probabilities are (less is better). Lift: how many times likelier to lapse the tenth with the highest risk is.',
    ),
    '',
    style.bold('What was chosen, and why'),
    ...learnable(result.choice.explanation, width),
    '',
    style.bold('What this does not tell'),
    ...limitsOf(result).map((line) => item(line, width)),
  ].join('\n')
}

const NUMBERS = ['AUC', 'Log loss', 'Brier', 'Calib. error', 'Lift at 10 %'] as const

const COLUMNS: readonly Column[] = [
  { title: '' },
  ...NUMBERS.map((title) => ({ title, align: 'right' as const })),
  { title: '' },
]

function scoreTable({ models, baselines, chosen }: Backtest, bold: (text: string) => string, width: number): string {
  const rows = [
    ...models.map((model) => row(model, model.name === chosen ? bold('← chosen') : '')),
    ...baselines.map((baseline) => row(baseline, 'baseline')),
  ]
  return renderTable(COLUMNS, rows, width)
}

function row({ name, metrics }: Scored, remark: string): string[] {
  const { auc, logLoss, brier, ece, liftAt10 } = metrics
  const numbers = [auc, logLoss, brier, ece].map((x) => (Number.isNaN(x) ? '–' : x.toFixed(4)))
  return [name, ...numbers, Number.isNaN(liftAt10) ? '–' : liftAt10.toFixed(2), remark]
}
