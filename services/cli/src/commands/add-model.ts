import type { Command } from 'commander'
import { type Act, commandOf, examples } from './act.ts'
import { modelDiff } from './model-diff.ts'
import { promoteModel, rollBackModel, shadowModel } from './model-change.ts'
import { modelShow } from './model-show.ts'

/** Commands about the model that scores, and the one beside it. */
export function addModel(program: Command, act: Act): void {
  const model = program
    .command('model')
    .summary('see, compare and exchange the model that scores')
    .description('See, compare and exchange the model that scores. docs/live-models.md tells how.')
  commandOf(model, 'show', 'which models are in use, and how they do')
    .addHelpText('after', examples('perennial model show', 'perennial model show --json'))
    .action(act((context, life) => modelShow(context, life)))

  commandOf(model, 'diff <a> <b>', 'what two models do differently')
    .description(
      'Compares two model files, or `current` and `shadow`: features, calibration, bands, and the members of today.',
    )
    .addHelpText(
      'after',
      examples('perennial model diff current model.json', 'perennial model diff 2025.json 2026.json --json'),
    )
    .action(act((context, life, { args: [a = '', b = ''] }) => modelDiff(context, life, a, b)))

  commandOf(model, 'shadow [file]', 'score by another model beside the current one, without acting on it')
    .option('--off', 'end it')
    .addHelpText('after', examples('perennial model shadow model.json', 'perennial model shadow --off'))
    .action(
      act((context, life, { args: [file], options }) =>
        shadowModel(context, life, { file, off: options['off'] === true }),
      ),
    )

  commandOf(model, 'promote [file]', 'score by another model from now on')
    .description(
      'Running processes take it over within a second or two, and score every member by it in the background. Nobody is contacted because of the change alone.',
    )
    .option('--shadow', 'the shadow model')
    .addHelpText('after', examples('perennial model promote model.json', 'perennial model promote --shadow'))
    .action(
      act((context, life, { args: [file], options }) =>
        promoteModel(context, life, { file, shadow: options['shadow'] === true }),
      ),
    )

  commandOf(model, 'rollback', 'score by the model before again')
    .addHelpText('after', examples('perennial model rollback'))
    .action(act((context, life) => rollBackModel(context, life)))
}
