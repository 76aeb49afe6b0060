import { readDispatcherConfig } from '@perennial/dispatcher'
import { readGoals, readOwners, readPlays, readVocabulary } from '@perennial/deployment'
import { GOALS_SCHEMA, hint, OWNERS_SCHEMA, type Playbook, PLAYBOOK_SCHEMA, possibleOwners } from '@perennial/playbooks'
import type { Context } from '../context.ts'
import { vocabularyOf } from '../views.ts'
import { renderTable } from '../terminal/table.ts'
import { count } from '../terminal/words.ts'

/** Checks a folder of plays as the services would read it; a Fault (`config`) tells everything that is wrong with it. */
export async function checkPlaybooks(context: Context, folder: string | undefined): Promise<void> {
  const { playbooks, version } = playsOf(context, folder)
  readGoals(folderOf(context, folder), { playbooks }, vocabularyOf(context.env))
  noteStrangers(context, readOwners(folderOf(context, folder)).alerts, playbooks)
  const on = playbooks.filter(({ enabled }) => enabled).length
  if (context.json) context.out(JSON.stringify({ playbooks: playbooks.length, enabled: on, version }))
  else context.out(`${count(playbooks.length, 'playbook')} in order, ${on} switched on. Version ${version}.`)
}

/** Lists the plays: what each waits for, whom it reaches through what, and whether it is on. */
export async function listPlaybooks(context: Context, folder: string | undefined): Promise<void> {
  const { playbooks, version } = playsOf(context, folder)
  if (context.json) return context.out(JSON.stringify({ version, playbooks: playbooks.map(playbookView) }))
  const columns = ['playbook', 'on', 'waits for', 'purpose', 'through', 'what for'].map((title) => ({ title }))
  const rows = playbooks.map((playbook) => {
    const { name, on, waitsFor, purpose, steps, title } = playbookView(playbook)
    const channels = [...new Set(steps.map(({ channel }) => channel))].join(', ')
    return [name, on ? 'yes' : 'no', waitsFor, purpose, channels, title]
  })
  context.out(renderTable(columns, rows, context.width))
}

const SCHEMAS = { play: PLAYBOOK_SCHEMA, owners: OWNERS_SCHEMA, goals: GOALS_SCHEMA } as const
export type SchemaName = keyof typeof SCHEMAS
export const SCHEMA_NAMES = Object.keys(SCHEMAS) as SchemaName[]

/** Prints the JSON Schema of a file of the folder, for an editor. */
export async function playbookSchema(context: Context, of: SchemaName): Promise<void> {
  context.out(JSON.stringify(SCHEMAS[of], null, 2))
}

function playsOf(context: Context, folder: string | undefined) {
  const { signalsFile } = readDispatcherConfig(context.env)
  return readPlays(folderOf(context, folder), readVocabulary(signalsFile))
}

function folderOf({ env }: Context, folder: string | undefined): string {
  return folder ?? readDispatcherConfig(env).playbooks
}

/** Owners of the file whom no play knows: they will never be told anything. */
function noteStrangers(
  { note }: Context,
  told: readonly Readonly<{ owner: string }>[],
  playbooks: readonly Playbook[],
): void {
  const known = new Set(
    playbooks.flatMap(({ steps }) => steps.flatMap(({ owner }) => (owner === undefined ? [] : possibleOwners(owner)))),
  )
  for (const { owner } of told)
    if (!known.has(owner)) note(`owners.yaml names '${owner}', who owns no step of any play${hint(owner, [...known])}.`)
}

function playbookView({ name, enabled, when, purpose, steps, title }: Playbook) {
  return { name, on: enabled, waitsFor: when.name, purpose, steps: steps.map((step) => ({ ...step })), title }
}
