import { MOST_DECISIONS } from '@perennial/api'
import { type Role, ROLES } from '@perennial/playbooks'
import { type Command, Option } from 'commander'
import { type Act, type Call, commandOf, examples, instantOption, limitOption, numberOf, whole } from './act.ts'
import { maxBadRows } from './history-options.ts'
import { exportLedger } from './ledger-export.ts'
import { LEDGER_FORMATS, type LedgerFormat } from './ledger-rows.ts'
import { digest } from './digest.ts'
import { goals } from './goals.ts'
import { diffPlaybooks } from './playbook-diff.ts'
import { switchPlaybook } from './playbook-switch.ts'
import { preview } from './preview.ts'
import { checkPlaybooks, listPlaybooks, playbookSchema, SCHEMA_NAMES, type SchemaName } from './playbooks.ts'
import { MOST_THREADS, simulate, type SimulateOptions } from './simulate.ts'
import { uplift } from './uplift.ts'
import { why } from './why.ts'

/** Commands for people who write plays, and who are asked about them. */
export function addPlays(program: Command, act: Act): void {
  const command = commandOf(program, 'playbook', 'check, list, compare and switch plays').description(
    'Plays are YAML files, one a play; PERENNIAL_PLAYBOOKS names their folder. packages/playbooks/README.md says what can stand in them.',
  )
  commandOf(command, 'check [folder]', 'check a folder of plays: what is wrong is told with file, line and column')
    .addHelpText('after', examples('perennial playbook check', 'perennial playbook check plays/'))
    .action(act((context, _, { args: [folder] }) => checkPlaybooks(context, folder)))
  commandOf(command, 'list [folder]', 'list the plays, what they wait for, and which are switched on')
    .addHelpText('after', examples('perennial playbook list', 'perennial playbook list plays/ --json'))
    .action(act((context, _, { args: [folder] }) => listPlaybooks(context, folder)))
  addChanging(command, act)
  commandOf(command, 'preview <playbook>', 'show what the steps of a play would say to a member; nothing is sent')
    .requiredOption('--member <id>', 'to whom')
    .addHelpText('after', examples('perennial playbook preview renewal-series --member M-00042'))
    .action(
      act((context, life, { args: [playbook = ''], options }) =>
        preview(context, life, { playbook, memberId: String(options['member']) }),
      ),
    )
  commandOf(command, 'schema', 'print the JSON Schema of a play, or of a file beside the plays, for editors')
    .addOption(new Option('--of <file>', 'of what').choices(SCHEMA_NAMES).default('play'))
    .addHelpText(
      'after',
      examples('perennial playbook schema > playbook.schema.json', 'perennial playbook schema --of owners'),
    )
    .action(act((context, _, { options }) => playbookSchema(context, options['of'] as SchemaName)))

  addSimulate(program, act)
  addAsking(program, act)
  addDigest(program, act)
}

/** What plays have come to. */
function addAsking(program: Command, act: Act): void {
  commandOf(program, 'uplift [playbook]', 'say what plays have changed, next to members who were left without')
    .description(
      'By intention to treat, with intervals that hold however often one looks; says so when there are not enough members yet. Who is held out is said in policy.yaml.',
    )
    .addHelpText('after', examples('perennial uplift', 'perennial uplift win-back --json'))
    .action(act((context, life, { args: [playbook] }) => uplift(context, life, playbook)))

  commandOf(program, 'goals', 'say how goals stand: on track, behind, or not enough data yet')
    .description(
      'The goals of goals.yaml beside the plays, from the same numbers as `uplift` and the members themselves.',
    )
    .addHelpText('after', examples('perennial goals', 'perennial goals --json'))
    .action(act((context, life) => goals(context, life)))

  commandOf(program, 'why <member>', 'say why a member was, or was not, contacted')
    .description(
      'Every decision about a member, newest first: what was decided, by which plays, and what each gate said.',
    )
    .addOption(limitOption(10, MOST_DECISIONS))
    .addHelpText('after', examples('perennial why M-00042', 'perennial why M-00042 --limit 100 --json'))
    .action(
      act((context, life, call) =>
        why(context, life, { memberId: call.args[0] ?? '', limit: numberOf(call, 'limit') }),
      ),
    )

  addLedger(program, act)
}

function addLedger(program: Command, act: Act): void {
  const command = commandOf(program, 'ledger', 'take the ledger of decisions elsewhere').description(
    'The ledger has every decision about a contact, sent or held, with what each gate said and what became of it. It keeps LEDGER_DAYS days (730), and the latest LEDGER_PER_MEMBER decisions of a member (1,000).',
  )
  commandOf(command, 'export', 'write decisions to a file, member by member')
    .description(
      'Writes decisions to a file, member by member and each the oldest first. It tells who was contacted and why: treat it as personal data.',
    )
    .option('--from <date>', 'decided on or after this instant (default: all that is kept)', instantOption)
    .option('--to <date>', 'decided before this instant (default: whenever)', instantOption)
    .addOption(new Option('--format <format>', 'how').choices(LEDGER_FORMATS).default('jsonl'))
    .requiredOption('--out <file>', 'where to')
    .addHelpText(
      'after',
      examples(
        'perennial ledger export --out decisions.jsonl',
        'perennial ledger export --from 2026-10-01 --to 2026-11-01 --format csv --out october.csv',
      ),
    )
    .action(
      act((context, life, { options }) => {
        const from = (options['from'] as number | undefined) ?? 0
        const to = (options['to'] as number | undefined) ?? Infinity
        const format = options['format'] as LedgerFormat
        return exportLedger(context, life, { range: { from, to }, format, out: String(options['out']) })
      }),
    )
}

function addChanging(command: Command, act: Act): void {
  commandOf(command, 'diff <from> [to]', 'say what changes from one set of plays to another, setting by setting')
    .description(
      'Compares two folders of plays, or two files. `current` stands for the plays in force, `shipped` for those that come with the program. With one name only, it is compared with the plays in force.',
    )
    .addHelpText('after', examples('perennial playbook diff plays/', 'perennial playbook diff shipped current --json'))
    .action(act((context, _, { args: [from = '', to] }) => diffPlaybooks(context, from, to)))
  for (const [name, on] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    commandOf(command, `${name} <playbook>`, `switch a play ${on ? 'on' : 'off'} in its file`)
      .description(
        `Switches a play ${on ? 'on' : 'off'} in its file, and leaves the rest of the file as it is. The folder must be in order, and your own.`,
      )
      .option('--playbooks <folder>', 'the folder of the play (default: the plays in force)')
      .addHelpText(
        'after',
        examples(`perennial playbook ${name} win-back`, `perennial playbook ${name} win-back --playbooks plays/`),
      )
      .action(
        act((context, _, { args: [playbook = ''], options }) =>
          switchPlaybook(context, { playbook, on, folder: options['playbooks'] as string | undefined }),
        ),
      )
  }
}

function addSimulate(program: Command, act: Act): void {
  commandOf(program, 'simulate [play]', 'say what a play would have done in the past; nothing is sent')
    .description(
      'Runs a play, by its name or its YAML file, over a past together with the plays that are switched on: how many contacts, with whom, when, how much work for whom, what is held back and why, and what a cap would displace. Decisions are those of the services: the same triggers, segments, gates and caps. The past is that of the deployment (its log), of a folder, or of the sample association.',
    )
    .option('--history <path>', 'a history folder (CSV), a replay file, or a folder of them')
    .addOption(new Option('--sample', 'the sample association').default(false).conflicts('history'))
    .option('--from <date>', 'from when on contacts are made (default: a year before the end)', instantOption)
    .option('--to <date>', 'up to when (default: now)', instantOption)
    .option('--playbooks <folder>', 'the plays to try (default: those in force)')
    .option('--all', 'as if every play were switched on', false)
    .option('--diff', 'compare with the plays in force, as they are switched on now', false)
    .option('--out <file>', 'write every contact, made or held back, to a CSV file')
    .addOption(maxBadRows())
    .addOption(
      new Option('--threads <number>', 'at most so many at once (default: one for each core)').argParser(
        whole(1, MOST_THREADS),
      ),
    )
    .addHelpText(
      'after',
      examples(
        'perennial simulate renewal-series --sample',
        'perennial simulate plays/win-back.yaml --history export/ --from 2025-01-01 --to 2026-01-01',
        'perennial simulate --all --playbooks plays/ --diff --out contacts.csv',
      ),
    )
    .action(act((context, life, call) => simulate(context, life, simulateOptions(call))))
}

function simulateOptions({ args: [play], options }: Call): SimulateOptions {
  const text = (name: string) => options[name] as string | undefined
  const instant = (name: string) => options[name] as number | undefined
  return {
    play,
    folder: text('playbooks'),
    all: options['all'] === true,
    diff: options['diff'] === true,
    history: text('history'),
    sample: options['sample'] === true,
    from: instant('from'),
    to: instant('to'),
    out: text('out'),
    maxBadPercent: Number(options['maxBadRows']),
    threads: options['threads'] as number | undefined,
  }
}

/** What a week came to. */
function addDigest(program: Command, act: Act): void {
  commandOf(program, 'digest', 'tell what a week came to, for a role, as Markdown')
    .description(
      'What was sent, held back, saved and learned in a week, from the numbers of members, why, alerts, uplift and goals. Who is at risk, and what plays saved, is as of now.',
    )
    .addOption(new Option('--role <role>', 'for whom').choices(ROLES).makeOptionMandatory())
    .option('--week <week>', 'such as 2026-W48, Monday to Sunday in UTC (default: the last one)')
    .option('--out <file>', 'write it there')
    .addHelpText(
      'after',
      examples('perennial digest --role leadership', 'perennial digest --role marketing --week 2026-W48 --out week.md'),
    )
    .action(
      act((context, life, { options }) =>
        digest(context, life, {
          role: options['role'] as Role,
          week: options['week'] as string | undefined,
          out: options['out'] as string | undefined,
        }),
      ),
    )
}
