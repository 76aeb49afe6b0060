import { existsSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data')

const said = new Set<string>()

/**
 * The folder of real data sets that may lie beside the repository (`../shared/data`), for tests that check figures against
 * them. A plain clone has none: then `undefined`, and one line says what is left out; where CI is set that is an error.
 */
export function sharedData(leftOut: string, folder = FOLDER, env = process.env): string | undefined {
  if (existsSync(folder)) return folder
  if (env['CI'] !== undefined) throw new Error(`In CI every test runs, but ${folder} is missing: ${leftOut}`)
  if (!said.has(leftOut)) process.stderr.write(`LEFT OUT, there is no ../shared/data: ${leftOut}\n`)
  said.add(leftOut)
  return undefined
}
