/** Writes the JSON Schemas of the files of a folder of plays, which editors complete and check by. With --check it only compares. */
import { readFileSync, writeFileSync } from 'node:fs'
import { GOALS_SCHEMA } from '../src/goals/parse-goals.ts'
import { OWNERS_SCHEMA } from '../src/owners/parse-owners.ts'
import { PLAYBOOK_SCHEMA } from '../src/parse-playbook.ts'

const SCHEMAS = {
  'playbook.schema.json': PLAYBOOK_SCHEMA,
  'owners.schema.json': OWNERS_SCHEMA,
  'goals.schema.json': GOALS_SCHEMA,
}

for (const [name, schema] of Object.entries(SCHEMAS)) {
  const file = new URL(`../${name}`, import.meta.url)
  if (textOf(file) === JSON.stringify(schema)) continue
  if (!process.argv.includes('--check')) {
    writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`)
  } else {
    console.error(`packages/playbooks/${name} is not what the code says: run \`npm run gen\` and commit the result`)
    process.exitCode = 1
  }
}

/** The formatter has its own opinion of white space. Undefined: there is no such file yet. */
function textOf(file: URL): string | undefined {
  try {
    return JSON.stringify(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}
