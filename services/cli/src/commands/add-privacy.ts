import type { Person } from '@perennial/erasure'
import { Fault } from '@perennial/runtime'
import { mailAddress } from '@perennial/streams'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { type Act, type Call, commandOf, examples, numberOf, whole } from './act.ts'
import { exportMember } from './export-member.ts'
import { rotateKeys } from './keys.ts'
import { erase, listErasures, readmitMember, verifyErasure } from './erase.ts'

/** Commands for whoever answers members who ask what is kept of them, or that nothing be. */
export function addPrivacy(program: Command, act: Act): void {
  const command = commandOf(program, 'erase [member]', 'clear what is kept of a member, and keep it from coming back')
    .description(
      'Clears rows, scores, aliases, jobs, alerts, ledger, contacts and address, and refuses what comes in later. Ends with a receipt: what was cleared where, and what rests in logs until when. Can be repeated, and goes on where it was interrupted.',
    )
    .option('--verify', 'look for remains in every store and topic instead; ends with 1 when there are any')
    .addOption(new Option('--list', 'show every receipt instead: the audit log').conflicts('verify'))
    .option('--patience <seconds>', 'how long to wait for the services', whole(0, 86_400), 60)
  withReferences(command)
    .addHelpText(
      'after',
      examples(
        'perennial erase M-01839',
        'perennial erase M-01839 --email jo@example.org --external crm:17',
        'perennial erase --verify M-01839 --email jo@example.org',
        'perennial erase --list --json',
      ),
    )
    .action(
      act((context, life, call) => {
        if (call.options['list'] === true) return listAll(context, life, call)
        const person = personOf(call)
        if (call.options['verify'] === true) return verifyErasure(context, life, person)
        return erase(context, life, person, numberOf(call, 'patience') * 1_000)
      }),
    )

  withReferences(commandOf(program, 'readmit <member>', 'let a member who was erased join again'))
    .description(
      'From now on facts about the member count again, as about somebody new; nothing of before comes back. Until then whatever comes in about somebody who was erased is refused, a new membership too: a machine cannot tell one who joins again from an old list that is sent again.',
    )
    .addHelpText('after', examples('perennial readmit M-01839 --email jo@example.org'))
    .action(act((context, life, call) => readmitMember(context, life, personOf(call))))
  addKeeping(program, act)
}

/** Commands beside erasure. */
function addKeeping(program: Command, act: Act): void {
  withReferences(commandOf(program, 'export <member>', 'show all that is kept of a member, for who asks for access'))
    .description(
      'State and score with its parts, what was seen, aliases, the address where the key is here, decisions, contacts, alerts, jobs and predictions: as a page, as JSON, or both into a folder. It is personal data.',
    )
    .option('--out <folder>', 'write member.json and member.md there')
    .addHelpText('after', examples('perennial export M-01839', 'perennial export M-01839 --out access-request'))
    .action(
      act((context, life, call) =>
        exportMember(context, life, personOf(call), call.options['out'] as string | undefined),
      ),
    )

  const keys = commandOf(program, 'keys', 'look after the keys of a deployment')
  commandOf(keys, 'rotate', 'seal every address with the newest key of CONTACT_KEY')
    .description(
      'With CONTACT_KEY=new,old everywhere: seals every address with the new key, so that the old one can go. Can be interrupted and repeated, while the services run.',
    )
    .addHelpText('after', examples('CONTACT_KEY=new,old perennial keys rotate'))
    .action(act((context, life) => rotateKeys(context, life)))
}

async function listAll(context: Context, life: Life, { args }: Call): Promise<void> {
  if (args[0] !== undefined) throw new Fault('usage', '--list shows every receipt: leave the member out.')
  await listErasures(context, life)
}

function withReferences(command: Command): Command {
  return command
    .option('--email <address>', 'an address of theirs; may be repeated', collectedEmail)
    .option('--anonymous <id>', 'an anonymous id (a browser) of theirs; may be repeated', collected)
    .option('--external <system:id>', 'an id in another system; may be repeated', collectedExternal)
}

function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

function collectedEmail(text: string, before: readonly string[] = []): readonly string[] {
  // One that names no mailbox would be passed over: whoever typed it believes it is seen to.
  if (mailAddress(text) === undefined) throw new InvalidArgumentError('It must be an address such as jo@example.org.')
  return [...before, text]
}

type External = Readonly<{ system: string; id: string }>

function collectedExternal(text: string, before: readonly External[] = []): readonly External[] {
  const colon = text.indexOf(':')
  if (colon < 1 || colon === text.length - 1)
    throw new InvalidArgumentError('It must be the name of the system and the id: crm:17.')
  return [...before, { system: text.slice(0, colon), id: text.slice(colon + 1) }]
}

function personOf({ args, options }: Call): Person {
  const memberId = args[0] ?? ''
  if (memberId === '') throw new Fault('usage', 'Name the member: perennial erase M-01839')
  return {
    memberId,
    emails: (options['email'] as readonly string[] | undefined) ?? [],
    anonymousIds: (options['anonymous'] as readonly string[] | undefined) ?? [],
    externalIds: (options['external'] as readonly External[] | undefined) ?? [],
  }
}
