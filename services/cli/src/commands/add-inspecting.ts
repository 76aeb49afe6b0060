import { type Command, Option } from 'commander'
import { type Act, commandOf, examples, limitOption, numberOf, whole } from './act.ts'
import { blocks } from './blocks.ts'
import { addDeadLetters } from './add-dead-letters.ts'
import { doctor } from './doctor.ts'
import { rebuild } from './rebuild.ts'

const LARGEST = Number.MAX_SAFE_INTEGER

/** Commands for whoever keeps it running. */
export function addInspecting(program: Command, act: Act): void {
  addDeadLetters(program, act)
  addRebuild(program, act)

  commandOf(program, 'blocks', 'print blocks of member-activity readably')
    .option('--partition <number>', 'of which partition', whole(0, 65_535), 0)
    .option('--from <offset>', 'the first block (default: the latest ones)', whole(0, LARGEST))
    .addOption(limitOption(3, 1_000))
    .option('--facts <number>', 'how many facts of each block', whole(0, 2_000), 20)
    .addHelpText(
      'after',
      examples('perennial blocks --partition 3', 'perennial blocks --from 0 --limit 1 --facts 2000 --json'),
    )
    .action(
      act((context, life, call) => {
        const from = call.options['from'] as number | undefined
        const [partition, limit, facts] = [
          numberOf(call, 'partition'),
          numberOf(call, 'limit'),
          numberOf(call, 'facts'),
        ]
        return blocks(context, life, { partition, from, limit, facts })
      }),
    )

  commandOf(program, 'doctor', 'check everything this deployment stands on')
    .description(
      'Checks Node, settings, folders, Redis, the log, the registry, topics, schemas, clocks and backlog. What is not in order says what to do. Changes nothing that a start would not set up anyway.',
    )
    .addHelpText('after', examples('perennial doctor', 'perennial doctor --json'))
    .action(act((context, life) => doctor(context, life)))
}

function addRebuild(program: Command, act: Act): void {
  commandOf(program, 'rebuild', 'make the state anew from the log, compare it, and let it serve')
    .description(
      'Replays member-activity into a state of its own beside the one that serves, with nothing told and nobody contacted, and lays both beside each other at the same position. With --yes, or when asked and answered with yes, the rebuilt state serves from then on; what served is kept. Scoring of a partition waits while it is compared or switched. Broken off, it goes on where it was.',
    )
    .option('--compare-only', 'say what differs; exit code 1 if anything does')
    .addOption(new Option('--yes', 'let the rebuilt state serve without asking').conflicts('compareOnly'))
    .option('--rollback', 'go back to the state that served before, brought up to date')
    .option('--discard', 'forget what is kept beside the state that serves')
    .option('--partition <number>', 'this partition alone', whole(0, 65_535))
    .addHelpText(
      'after',
      examples('perennial rebuild --compare-only', 'perennial rebuild --yes', 'perennial rebuild --rollback --yes'),
    )
    .action(
      act((context, life, { options }) =>
        rebuild(context, life, {
          compareOnly: options['compareOnly'] === true,
          yes: options['yes'] === true,
          rollback: options['rollback'] === true,
          discard: options['discard'] === true,
          partition: options['partition'] as number | undefined,
        }),
      ),
    )
}
