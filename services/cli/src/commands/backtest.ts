import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { backtest as runBacktest, predictionLines, reportPage, summaryOf } from '@perennial/training'
import type { Context } from '../context.ts'
import { backtestText } from '../learning/backtest-text.ts'
import { type TaskOptions, taskFor } from './history-options.ts'
import { outputFile } from './output-file.ts'
import { type FolderOptions, noteUnknownActions, readFolder } from './read-folder.ts'

export type BacktestOptions = FolderOptions &
  Readonly<{
    folder: string
    task: TaskOptions
    cutoff: number
    trainCutoffs: readonly number[]
    predictions: string | undefined
    report: string | undefined
  }>

/** Learns from the past of a history folder, and checks it on what came after. */
export async function backtest(context: Context, options: BacktestOptions): Promise<void> {
  const predictions = await outputOf(context, options.predictions, '--predictions')
  const report = await outputOf(context, options.report, '--report')
  const history = await readFolder(context, options.folder, options)
  const task = taskFor(options.task, history.spells !== undefined, context.now())
  noteUnknownActions(context, history, task)
  context.note('Learning …')
  const result = runBacktest(history, { task, testAt: options.cutoff, trainAt: options.trainCutoffs })
  if (predictions !== undefined) await writeLines(predictions, predictionLines(result))
  if (report !== undefined) await writeFile(report, reportPage(result))
  if (context.json) context.out(JSON.stringify(summaryOf(result)))
  else context.out(backtestText(result, context))
}

async function outputOf({ cwd }: Context, file: string | undefined, option: string): Promise<string | undefined> {
  return file === undefined ? undefined : outputFile(cwd, file, option)
}

async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  await pipeline(function* () {
    for (const line of lines) yield `${line}\n`
  }, createWriteStream(file))
}
