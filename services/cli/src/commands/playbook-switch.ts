import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { playFiles, playsFrom, SHIPPED_PLAYS } from '@perennial/deployment'
import { readDispatcherConfig } from '@perennial/dispatcher'
import { hint, parsePlaybook, type SourceFile, switchPlay } from '@perennial/playbooks'
import { Fault, messageOf } from '@perennial/runtime'
import type { Context } from '../context.ts'
import { vocabularyOf } from '../views.ts'

export type SwitchOptions = Readonly<{ playbook: string; on: boolean; folder: string | undefined }>

/** Switches a play on or off in its file, and leaves every other character of it as it was. */
export async function switchPlaybook(context: Context, { playbook, on, folder }: SwitchOptions): Promise<void> {
  const path = folder === undefined ? readDispatcherConfig(context.env).playbooks : resolve(context.cwd, folder)
  const files = folder === undefined ? playFiles(path) : playFiles(path, '--playbooks')
  const { playbooks } = playsFrom(files, vocabularyOf(context.env))
  await refuseShipped(path)
  const play = playbooks.find(({ name }) => name === playbook)
  const source = files.find(({ file, text }) => parsePlaybook(file, text).playbook?.name === playbook)
  const names = playbooks.map(({ name }) => name)
  if (play === undefined || source === undefined)
    throw new Fault(
      'usage',
      `${path} has no playbook '${playbook}'${hint(playbook, names)}. There are: ${names.join(', ')}`,
    )
  if (play.enabled !== on) await replaceFile(source.file, edited(source, on))
  const { file } = source
  if (context.json) return context.out(JSON.stringify({ playbook, enabled: on, changed: play.enabled !== on, file }))
  const state = on ? 'on' : 'off'
  if (play.enabled === on) context.out(`'${playbook}' is switched ${state} already (${file}).`)
  else
    context.out(
      `'${playbook}' is switched ${state} in ${file}. Services that run on this folder take it over within seconds.`,
    )
}

/** An update of the program brings these files anew. */
async function refuseShipped(folder: string): Promise<void> {
  if ((await realpath(folder)) !== (await realpath(SHIPPED_PLAYS))) return
  throw new Fault(
    'usage',
    `${folder} holds the plays that come with the program, and an update would undo the change. ` +
      `Copy them into a folder of your own (cp -r ${folder} plays) and set PERENNIAL_PLAYBOOKS=plays.`,
  )
}

function edited({ file, text }: SourceFile, on: boolean): string {
  const changed = switchPlay(text, on)
  if (changed !== undefined) return changed
  throw new Fault(
    'found',
    `${file} cannot be changed without changing its layout: write \`enabled: ${on}\` there yourself.`,
  )
}

/** Readers find the file as it was or as it is, and nothing in between, whenever the machine stops. */
async function replaceFile(file: string, text: string): Promise<void> {
  const target = await realpath(file)
  const draft = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`)
  try {
    const handle = await open(draft, 'wx', (await stat(target)).mode)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, target)
  } catch (cause) {
    await rm(draft, { force: true })
    throw new Fault('found', `${file} cannot be written: ${messageOf(cause)}.`, { cause })
  }
}
