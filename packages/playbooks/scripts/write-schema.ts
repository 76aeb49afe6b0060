/** Writes the JSON Schema of a play's file, which editors complete and check by. With --check it only compares. */
import { readFileSync, writeFileSync } from 'node:fs'
import { PLAYBOOK_SCHEMA } from '../src/parse-playbook.ts'

const file = new URL('../playbook.schema.json', import.meta.url)
// The formatter has its own opinion of white space.
const isCurrent = JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))) === JSON.stringify(PLAYBOOK_SCHEMA)

if (!process.argv.includes('--check')) {
  if (!isCurrent) writeFileSync(file, `${JSON.stringify(PLAYBOOK_SCHEMA, null, 2)}\n`)
} else if (!isCurrent) {
  console.error(
    'packages/playbooks/playbook.schema.json is not what the code says: run `npm run gen` and commit the result',
  )
  process.exitCode = 1
}
