import { type Command, Option } from 'commander'
import { SAMPLE_DEFAULTS } from '../sample/sample.ts'
import { EXAMPLES, type ExampleName } from '../up/example.ts'
import { type Act, commandOf, examples, instantOption, numberOf, whole } from './act.ts'
import { replay } from './replay.ts'
import { sample } from './sample.ts'
import { up } from './up.ts'

/** Commands that bring facts in and work on them. */
export function addRunning(program: Command, act: Act): void {
  addUp(program, act)
  addReplay(program, act)
}

function addUp(program: Command, act: Act): void {
  commandOf(program, 'up', 'run everything, and say who is at risk')
    .description(
      'Runs every service in this process until it is stopped. In the embedded mode an empty deployment is fed with the sample association, a simulation; on Kafka only when asked to.',
    )
    .addOption(new Option('--example <name>', 'what an empty deployment is fed with').choices([...EXAMPLES, 'none']))
    .option('--once', 'end after the report')
    .addHelpText(
      'after',
      examples(
        'perennial up',
        'PERENNIAL_PORT=9000 perennial up --example none',
        'perennial up --example retail --once',
      ),
    )
    .action(
      act(
        (context, life, { options }) => {
          const example = options['example'] as ExampleName | 'none' | undefined
          return up(context, life, { example, once: options['once'] === true })
        },
        { runsUntilStopped: true },
      ),
    )
}

function addReplay(program: Command, act: Act): void {
  commandOf(program, 'replay <path>', 'append the records of a file, or of all files of a folder')
    .description(
      'Appends records to their streams, over all files in the order of their time. One JSON object a line, { "stream": "purchase", "record": { … } }, with the fields of the Avro schema; .gz is unpacked. The same file twice brings nothing new.',
    )
    .addHelpText('after', examples('perennial replay june.jsonl.gz', 'perennial replay exports/ --json'))
    .action(act((context, life, { args }) => replay(context, life, args[0] ?? '')))

  commandOf(program, 'sample <file>', 'write the sample association, or a part of it, as a replay file')
    .option('--members <number>', 'how many members', whole(1, 1_000_000), SAMPLE_DEFAULTS.members)
    .option('--days <number>', 'how many days', whole(7, 3_650), SAMPLE_DEFAULTS.days)
    .option('--seed <number>', 'another seed makes other members', whole(0, 2 ** 31), SAMPLE_DEFAULTS.seed)
    .option('--end <date>', 'where it ends (default: now)', instantOption)
    .addHelpText(
      'after',
      examples(
        'perennial sample sample.jsonl.gz',
        'perennial sample small.jsonl --members 50 --days 90 --end 2026-11-01',
      ),
    )
    .action(
      act((context, life, call) => {
        const [members, days, seed] = [numberOf(call, 'members'), numberOf(call, 'days'), numberOf(call, 'seed')]
        const end = (call.options['end'] as number | undefined) ?? context.now()
        return sample(context, life, call.args[0] ?? '', { members, days, seed, end })
      }),
    )
}
