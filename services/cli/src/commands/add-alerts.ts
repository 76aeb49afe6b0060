import { MOST_ALERTS } from '@perennial/api'
import {
  ALERT_OUTCOMES,
  ALERT_STATES,
  type AlertOutcome,
  type AlertState,
  OUTCOME_REASONS,
  type OutcomeReason,
} from '@perennial/runtime'
import { type Command, Option } from 'commander'
import { type Act, type Call, commandOf, examples, instantOption, limitOption, numberOf } from './act.ts'
import type { Context } from '../context.ts'
import { alertChange, alerts } from './alerts.ts'

/** Commands for whoever works through the alerts list. */
export function addAlerts(program: Command, act: Act): void {
  const command = commandOf(program, 'alerts', 'list what is to be done about members, due first')
    .option('--owner <owner>', 'only of this owner')
    .addOption(
      new Option('--state <state>', 'only in this state (default: open and acknowledged)').choices(ALERT_STATES),
    )
    .addOption(limitOption(50, MOST_ALERTS))
    .addHelpText(
      'after',
      examples('perennial alerts --owner membership-ops', 'perennial alerts close o-1f… --outcome spoke'),
    )
    .action(
      act((context, life, call) =>
        alerts(context, life, {
          owner: textOf(call, 'owner'),
          state: call.options['state'] as AlertState | undefined,
          limit: numberOf(call, 'limit'),
        }),
      ),
    )

  addPuttingOff(command, act)
  addClosing(command, act)
}

function addPuttingOff(command: Command, act: Act): void {
  changing(command, 'ack <alert>', 'say that you see to it')
    .addHelpText('after', examples('perennial alerts ack o-1f… --by kim'))
    .action(
      act((context, life, call) =>
        alertChange(context, life, idOf(call), { kind: 'acknowledge', by: byOf(context, call) }),
      ),
    )

  changing(command, 'snooze <alert>', 'put it away until a day')
    .requiredOption('--until <date>', 'when it is to come back', instantOption)
    .addHelpText('after', examples('perennial alerts snooze o-1f… --until 2026-12-01'))
    .action(
      act((context, life, call) =>
        alertChange(context, life, idOf(call), {
          kind: 'snooze',
          by: byOf(context, call),
          until: numberOf(call, 'until'),
        }),
      ),
    )
}

function addClosing(command: Command, act: Act): void {
  changing(command, 'close <alert>', 'say what came of it: it goes back as a fact about the member')
    .addOption(new Option('--outcome <outcome>', 'what came of it').choices(ALERT_OUTCOMES).makeOptionMandatory())
    .addOption(new Option('--reason <reason>', 'why, as the member told').choices(OUTCOME_REASONS))
    .option('--note <words>', 'a few words; they stay with the alert')
    .addHelpText(
      'after',
      examples('perennial alerts close o-1f… --outcome will-not-renew --reason left-the-field --note "moves abroad"'),
    )
    .action(
      act((context, life, call) => {
        const note = textOf(call, 'note')
        const reason = call.options['reason'] as OutcomeReason | undefined
        return alertChange(context, life, idOf(call), {
          kind: 'close',
          by: byOf(context, call),
          outcome: call.options['outcome'] as AlertOutcome,
          ...(reason === undefined ? {} : { reason }),
          ...(note === undefined ? {} : { note }),
        })
      }),
    )
}

function changing(parent: Command, usage: string, summary: string): Command {
  return commandOf(parent, usage, summary).option('--by <name>', 'who says so (default: your user name)')
}

function idOf({ args }: Call): string {
  return args[0] ?? ''
}

function byOf({ env }: Context, call: Call): string {
  return textOf(call, 'by') ?? env['USER'] ?? 'somebody'
}

function textOf({ options }: Call, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}
