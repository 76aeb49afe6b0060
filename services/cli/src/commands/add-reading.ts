import { type Command, Option } from 'commander'
import type { ListedBand } from '@perennial/runtime'
import { type Act, commandOf, examples, limitOption, numberOf } from './act.ts'
import { explain } from './explain.ts'
import { members } from './members.ts'

const MOST_MEMBERS = 10_000

/** Commands for people who look after members. */
export function addReading(program: Command, act: Act): void {
  commandOf(program, 'members', 'list who is at risk, those with most at stake first')
    .addOption(new Option('--band <band>', 'only this band').choices(['high', 'medium']))
    .addOption(limitOption(25, MOST_MEMBERS))
    .addHelpText('after', examples('perennial members --band high', 'perennial members --limit 500 --json'))
    .action(
      act((context, life, call) => {
        const band = call.options['band'] as ListedBand | undefined
        return members(context, life, { band, limit: numberOf(call, 'limit') })
      }),
    )

  commandOf(program, 'explain <member>', 'say everything about one member')
    .description(
      'The score of a member now, contributions that add up to it, what would change it, when each signal was last seen, and what was decided about outreach.',
    )
    .addHelpText('after', examples('perennial explain M-00042', 'perennial explain M-00042 --json'))
    .action(act((context, life, { args }) => explain(context, life, args[0] ?? '')))
}
