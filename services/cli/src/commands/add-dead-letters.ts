import type { Command } from 'commander'
import { transformationOf } from '../dead/transformation.ts'
import { type Act, type Call, commandOf, examples, limitOption, numberOf, whole, wholeArgument } from './act.ts'
import { deadLetters, deadLetterCauses, showDeadLetter } from './dead-letters.ts'
import { deadLetterActions, type MendRequest, mendDeadLetters } from './mend-dead-letters.ts'

const MOST_PER_SECOND = 100_000

/** Commands for what could not be used: to look, to repair, to send again. */
export function addDeadLetters(program: Command, act: Act): void {
  const command = commandOf(program, 'dead-letters [topic]', 'show the records that could not be used, and why')
    .description('Without a topic: how many there are. With a topic, or the name of a stream: the latest of it.')
    .addOption(limitOption(20, 1_000))
    .addHelpText(
      'after',
      examples(
        'perennial dead-letters',
        'perennial dead-letters list purchase',
        'perennial dead-letters show purchase 0 12',
        'perennial dead-letters repair purchase --set currency=EUR',
        'perennial dead-letters replay purchase',
      ),
    )
    .action(
      act((context, life, call) => deadLetters(context, life, { topic: call.args[0], limit: numberOf(call, 'limit') })),
    )

  commandOf(command, 'list <topic>', 'count them by cause, with an example of each')
    .addHelpText(
      'after',
      examples('perennial dead-letters list purchase', 'perennial dead-letters list purchase --json'),
    )
    .action(act((context, life, { args: [topic = ''] }) => deadLetterCauses(context, life, topic)))

  commandOf(command, 'show <topic> <partition> <offset>', 'print one of them whole: it may hold personal data')
    .addHelpText('after', examples('perennial dead-letters show purchase 0 12'))
    .action(
      act((context, life, { args: [topic = '', partition = '', offset = ''] }) =>
        showDeadLetter(context, life, {
          topic,
          partition: wholeArgument('partition', partition),
          offset: wholeArgument('offset', offset),
        }),
      ),
    )
  addMending(command, act)

  commandOf(command, 'log', 'show who did what about them, latest first')
    .addOption(limitOption(20, 10_000))
    .addHelpText('after', examples('perennial dead-letters log --json'))
    .action(act((context, life, call) => deadLetterActions(context, life, numberOf(call, 'limit'))))
}

function addMending(command: Command, act: Act): void {
  const mending = (usage: string, summary: string, action: MendRequest['action']) =>
    commandOf(command, usage, summary)
      .option('--cause <cause>', 'only those of a violation, or of a violation and a field: Required-Missing:member')
      .option('--yes', 'do it; without this, show what would be done')
      .action(act((context, life, call) => mendDeadLetters(context, life, requestOf(action, call))))
  const sending = (sub: Command) =>
    sub
      .option('--rate <number>', 'records a second, at most', whole(1, MOST_PER_SECOND), 500)
      .option('--schema <id>', 'read the bytes with this schema of the registry', whole(0, 2 ** 32 - 1))

  sending(mending('replay <stream>', 'send them to their stream again, once what was wrong is put right', 'replay'))
    .description(
      'Sends to its stream, each once, what can be used by now; a second replay adds nothing. What is sent is counted by the time it happened: outreach whose moment is over is not started. What still cannot be used stays.',
    )
    .addHelpText(
      'after',
      examples('perennial dead-letters replay purchase', 'perennial dead-letters replay purchase --yes --rate 100'),
    )

  sending(mending('repair <stream>', 'change them, and send them to their stream again', 'repair'))
    .description(
      'Renames, then removes, then sets fields, shows on a sample what that changes, and with --yes sends what can be used by then to its stream, each once. Paths go through records by dots.',
    )
    .option('--rename <from=to>', 'may be repeated', collected, [])
    .option('--remove <path>', 'may be repeated', collected, [])
    .option('--set <path=value>', 'the value as JSON, or else as text; may be repeated', collected, [])
    .addHelpText(
      'after',
      examples(
        'perennial dead-letters repair purchase --cause Required-Missing:member --set member.memberId=M-01839',
        'perennial dead-letters repair purchase --rename total=amount --remove note --yes',
      ),
    )

  mending(
    'drop <stream>',
    'have done with them: they stay in their topic, and are not sent any more',
    'drop',
  ).addHelpText('after', examples('perennial dead-letters drop website-activity --cause Datatype-Mismatch --yes'))
}

function requestOf(action: MendRequest['action'], { args: [stream = ''], options }: Call): MendRequest {
  const list = (name: string) => (options[name] ?? []) as readonly string[]
  return {
    action,
    stream,
    transformation: transformationOf({ rename: list('rename'), remove: list('remove'), set: list('set') }),
    schema: options['schema'] as number | undefined,
    cause: options['cause'] as string | undefined,
    rate: Number(options['rate'] ?? MOST_PER_SECOND),
    act: options['yes'] === true,
  }
}

function collected(text: string, before: readonly string[]): readonly string[] {
  return [...before, text]
}
