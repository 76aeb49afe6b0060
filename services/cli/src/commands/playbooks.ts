import { readDispatcherConfig } from '@perennial/dispatcher'
import { readPlays, readVocabulary } from '@perennial/deployment'
import { type Playbook, PLAYBOOK_SCHEMA } from '@perennial/playbooks'
import type { Context } from '../context.ts'
import { renderTable } from '../terminal/table.ts'
import { count } from '../terminal/words.ts'

/** Checks a folder of plays as the services would read it; a Fault (`config`) tells everything that is wrong with it. */
export async function checkPlaybooks(context: Context, folder: string | undefined): Promise<void> {
  const { playbooks, version } = playsOf(context, folder)
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

/** Prints the JSON Schema of a play's file, for an editor. */
export async function playbookSchema(context: Context): Promise<void> {
  context.out(JSON.stringify(PLAYBOOK_SCHEMA, null, 2))
}

function playsOf({ env }: Context, folder: string | undefined) {
  const { playbooks, signalsFile } = readDispatcherConfig(env)
  return readPlays(folder ?? playbooks, readVocabulary(signalsFile))
}

function playbookView({ name, enabled, when, purpose, steps, title }: Playbook) {
  return { name, on: enabled, waitsFor: when.name, purpose, steps: steps.map((step) => ({ ...step })), title }
}
