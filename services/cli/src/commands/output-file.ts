import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Fault, messageOf } from '@perennial/runtime'

/**
 * The whole path of a file that is to be written, its folder made: before long work, so that this is not what it ends
 * with. Throws a Fault `history/option`; `option` says who named the file.
 */
export async function outputFile(cwd: string, file: string, option: string): Promise<string> {
  const path = resolve(cwd, file)
  try {
    await mkdir(dirname(path), { recursive: true })
  } catch (cause) {
    throw new Fault('history/option', `${option} ${file} cannot be written: ${messageOf(cause)}.`, { cause })
  }
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true
  if (isFolder) throw new Fault('history/option', `${option} ${file} is a folder: name a file in it.`)
  return path
}

/** The whole path of a folder that files are to be written into, made. Throws a Fault `history/option` as `outputFile` does. */
export async function outputFolder(cwd: string, folder: string, option: string, mode: number): Promise<string> {
  const path = resolve(cwd, folder)
  try {
    await mkdir(path, { recursive: true, mode })
  } catch (cause) {
    throw new Fault('history/option', `${option} ${folder} cannot be made a folder: ${messageOf(cause)}.`, { cause })
  }
  return path
}
