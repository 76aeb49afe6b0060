import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault, messageOf } from './fault.ts'

/**
 * The files of a folder whose names end in one of `endings`, with their text, by name. Throws a Fault (`config`) when there
 * is no reading it, or nothing of the kind in it; `setting` is the variable or option that names the folder.
 */
export function readTextFiles(
  setting: string,
  folder: string,
  endings: readonly string[],
): { file: string; text: string }[] {
  const files = filesOf(setting, folder, endings)
  if (files.length === 0) throw refused(`${setting} is '${folder}': it holds no ${endings.join(' or ')} file.`)
  return files
}

function filesOf(setting: string, folder: string, endings: readonly string[]): { file: string; text: string }[] {
  try {
    return readdirSync(folder)
      .filter((name) => endings.some((ending) => name.endsWith(ending)))
      .toSorted()
      .map((name) => ({ file: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }))
  } catch (error) {
    throw refused(
      `${setting} is '${folder}': the folder cannot be read (${messageOf(error)}). Example: ${setting}=./playbooks`,
      error,
    )
  }
}

function refused(message: string, cause?: unknown): Fault {
  return new Fault('config', message, { cause, details: [message] })
}
