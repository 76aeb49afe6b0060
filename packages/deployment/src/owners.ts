import { basename } from 'node:path'
import { NO_OWNERS, type Owners, parseOwners, problemText } from '@perennial/playbooks'
import { Fault } from '@perennial/runtime'
import { playFiles } from './plays.ts'

/**
 * Who is told what, from `owners.yaml` beside the plays; without it nobody is told anything that is not in a play. Throws a
 * Fault (`config`) that lists everything wrong with file, line and column.
 */
export function readOwners(folder: string): Owners {
  const found = playFiles(folder).find(({ file }) => /^owners\.ya?ml$/.test(basename(file)))
  if (found === undefined) return NO_OWNERS
  const { owners, problems } = parseOwners(found.file, found.text)
  if (owners !== undefined) return owners
  const details = problems.map(problemText)
  throw new Fault('config', `Who is told what is not in order:\n${details.map((line) => `  ${line}`).join('\n')}`, {
    details,
  })
}
