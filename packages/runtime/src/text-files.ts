import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault, messageOf } from './fault.ts'

/** The files of a folder whose names end so, with their text, by name. Throws a Fault (`config`) when there is no reading it. */
export function readTextFiles(folder: string, ending: string): { file: string; text: string }[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .toSorted()
      .map((name) => ({ file: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }))
  } catch (error) {
    throw new Fault('config', `The folder '${folder}' cannot be read: ${messageOf(error)}`, { cause: error })
  }
}
