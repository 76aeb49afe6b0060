import { readFileSync } from 'node:fs'
import { Fault, messageOf } from '@perennial/runtime'

/** What a file holds as JSON. Throws a Fault (`config`) that names the setting that names the file. */
export function readJson(setting: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const example = `${setting}=./${setting.replace('PERENNIAL_', '').toLowerCase()}.json`
    const message = `${setting} is '${file}', which cannot be read as JSON: ${messageOf(error)}. Example: ${example}`
    throw new Fault('config', message, { cause: error, details: [message] })
  }
}
