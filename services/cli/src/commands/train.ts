import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { readVocabulary } from '@perennial/deployment'
import { SIGNAL_COUNT, type OpenSignal } from '@perennial/member'
import { train as runTraining, type TrainResult } from '@perennial/training'
import type { Context } from '../context.ts'
import { learnable } from '../learning/explanation-text.ts'
import { wrap } from '../terminal/table.ts'
import { taskFor, type TaskOptions } from './history-options.ts'
import { outputFile } from './output-file.ts'
import { type FolderOptions, noteUnknownActions, readFolder } from './read-folder.ts'

export type TrainOptions = FolderOptions &
  Readonly<{
    folder: string
    task: TaskOptions
    trainCutoffs: readonly number[]
    out: string
    /** The signals file of the deployment; where it is not said, the one beside the model, if there is one. */
    signals: string | undefined
  }>

/** Learns a model and writes its file, with the signals file that it needs beside it. */
export async function train(context: Context, options: TrainOptions): Promise<void> {
  const out = await outputFile(context.cwd, options.out, '--out')
  const beside = join(dirname(out), 'signals.json')
  const known = options.signals ?? context.env['PERENNIAL_SIGNALS'] ?? (existsSync(beside) ? beside : undefined)
  const named = openSignalsIn(known)
  const history = await readFolder(context, options.folder, options)
  const task = taskFor(options.task, history.spells !== undefined, context.now())
  noteUnknownActions(context, history, task)
  context.note('Learning …')
  const result = runTraining(history, { task, trainAt: options.trainCutoffs, named, createdAt: context.now() })
  await writeFile(out, `${JSON.stringify(result.model, undefined, 2)}\n`)
  const needed = result.signals.length > 0
  if (needed) await writeFile(beside, `${JSON.stringify({ signals: result.signals }, undefined, 2)}\n`)
  const files = { model: out, signals: needed ? beside : undefined }
  context.out(context.json ? JSON.stringify(answer(result, files)) : text(result, files, context))
}

/** The open signals of a signals file, as they stand in it. */
function openSignalsIn(file: string | undefined): readonly OpenSignal[] {
  return readVocabulary(file)
    .signals.slice(SIGNAL_COUNT)
    .map(({ stream, name, family, label }) => ({ stream, action: name.slice(stream.length + 1), family, label }))
}

type Files = Readonly<{ model: string; signals: string | undefined }>

function answer({ model, explanation }: TrainResult, files: Files): object {
  const { rows, lapses, cutoffs, chosen, metrics } = model.training
  return { id: model.id, ...files, chosen, rows, lapses, cutoffs, metrics, explanation }
}

function text({ model, explanation }: TrainResult, files: Files, { cwd, width, style }: Context): string {
  const shown = (file: string) => relative(cwd, file) || file
  const settings = [
    `PERENNIAL_MODEL=${shown(files.model)}`,
    ...(files.signals === undefined ? [] : [`PERENNIAL_SIGNALS=${shown(files.signals)}`]),
  ]
  return [
    style.bold(`${model.id} written to ${shown(files.model)}`),
    ...learnable(explanation, width),
    '',
    ...wrap(
      'To use it, give all services these settings and start them again. See first whether it would have worked: perennial backtest.',
      width,
    ),
    ...settings.map((line) => `  ${line}`),
  ].join('\n')
}
