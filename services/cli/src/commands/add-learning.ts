import type { Command } from 'commander'
import { parseInstant } from '@perennial/history'
import { type Act, commandOf, examples, numberOf } from './act.ts'
import { backtest } from './backtest.ts'
import { addTaskOptions, collect, instantsOf, maxBadRows, taskOptionsOf } from './history-options.ts'
import { importFolder } from './import.ts'
import { train } from './train.ts'

/** Commands that learn from an association's own past. */
export function addLearning(program: Command, act: Act): void {
  addBacktest(program, act)
  addTrain(program, act)
  addImport(program, act)
}

function addImport(program: Command, act: Act): void {
  commandOf(program, 'import <folder>', 'feed a history folder into the source streams')
    .description(
      'Appends what a history folder tells to the source streams in the order of its time: built-in types to their streams, anything else as custom-activity, members.csv as changes of membership. Facts keep their event ids, so one that is imported again is recognised, within the windows in which repeated facts are.',
    )
    .addOption(maxBadRows())
    .addHelpText(
      'after',
      examples('perennial import history/', 'PERENNIAL_SIGNALS=signals.json perennial import history/ --json'),
    )
    .action(
      act((context, life, call) =>
        importFolder(context, life, { folder: call.args[0] ?? '', maxBadPercent: numberOf(call, 'maxBadRows') }),
      ),
    )
}

function addTrain(program: Command, act: Act): void {
  addTaskOptions(commandOf(program, 'train <folder>', 'learn a model from a history folder'))
    .description(
      'Learns from the latest cut-offs of a history folder whose outcome is known, and writes a model file and, beside it, the signals file that it needs. Run `perennial backtest` first: it tells whether such a model would have worked.',
    )
    .requiredOption('--out <file>', 'the model file to write')
    .option('--train-cutoff <date>', 'learn from the members of this day; may be repeated (default: chosen)', collect)
    .option('--signals <file>', 'the signals file of the deployment, to be added to (default: PERENNIAL_SIGNALS)')
    .addHelpText(
      'after',
      examples(
        'perennial train history/ --out model.json',
        'perennial train history/ --lapse left --ignore-action removal_notice --out models/2026.json --json',
      ),
    )
    .action(
      act((context, _, call) => {
        const { options } = call
        return train(context, {
          folder: call.args[0] ?? '',
          task: taskOptionsOf(call),
          trainCutoffs: instantsOf(call, 'trainCutoff', '--train-cutoff'),
          maxBadPercent: numberOf(call, 'maxBadRows'),
          out: String(options['out']),
          signals: options['signals'] as string | undefined,
        })
      }),
    )
}

function addBacktest(program: Command, act: Act): void {
  addTaskOptions(commandOf(program, 'backtest <folder>', 'see on past data whether a model would have worked'))
    .description(
      'Reads a history folder (activity.csv, members.csv, traits.csv; docs/models.md has the columns), learns from past cut-offs, foretells what becomes of the members at --cutoff, and compares that with what happened and with what anybody could have guessed. Nothing that happened at or after the cut-off is used to foretell.',
    )
    .requiredOption('--cutoff <date>', 'foretell as of this day')
    .option('--train-cutoff <date>', 'learn from the members of this day; may be repeated (default: chosen)', collect)
    .option('--predictions <file>', 'write member_id,spell,label,p of every member')
    .option('--report <file>', 'write a page for people (HTML)')
    .addHelpText(
      'after',
      examples(
        'perennial backtest history/ --cutoff 2025-01-01',
        'perennial backtest history/ --cutoff 2025-01-01 --lapse left --ignore-action removal_notice --report report.html',
        'perennial backtest shop/ --cutoff 2025-09-10 --horizon 90d --lapse inactive --lapse-stream purchase --member-if active:purchase --json',
      ),
    )
    .action(
      act((context, _, call) => {
        const { options } = call
        return backtest(context, {
          folder: call.args[0] ?? '',
          task: taskOptionsOf(call),
          cutoff: parseInstant(String(options['cutoff']), '--cutoff'),
          trainCutoffs: instantsOf(call, 'trainCutoff', '--train-cutoff'),
          maxBadPercent: numberOf(call, 'maxBadRows'),
          predictions: options['predictions'] as string | undefined,
          report: options['report'] as string | undefined,
        })
      }),
    )
}
