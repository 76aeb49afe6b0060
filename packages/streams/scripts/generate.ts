import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { AvroRecord } from '../src/avro/schema.ts'
import { asyncApi } from './asyncapi.ts'
import { fingerprint, latestSchemas, RELEASED, releasedSchemas, ROOT, schemaFiles } from './schema-files.ts'
import { schemaProblems } from './schema-rules.ts'
import { typesModule } from './types.ts'
import { vocabularyTable } from './vocabulary-table.ts'

/*
 * Checks the schemas, and writes what follows from them: the TypeScript types, docs/asyncapi.yaml and the
 * vocabulary table of schemas/README.md. With --check it writes nothing and names every file that differs.
 * With --release it also locks the schema files that are not locked yet. Exit code 1 when something is wrong.
 */
const check = process.argv.includes('--check')
const files = schemaFiles()

const problems = schemaProblems(files, releasedSchemas(), fingerprint)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else {
  const outputs = outputFiles()
  const stale = [...outputs].filter(([file, text]) => current(file) !== text)
  for (const [file, text] of stale) report(file, text)
  if (stale.length === 0) console.log(`${files.length} schemas in order, ${outputs.size} generated files up to date`)
}

function report(file: string, text: string): void {
  const name = relative(ROOT, file)
  if (check) {
    console.error(`${name} is not what schemas/ says: run \`npm run gen\` and commit the result`)
    process.exitCode = 1
    return
  }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  console.log(`wrote ${name}`)
}

function outputFiles(): Map<string, string> {
  const outputs = new Map<string, string>()
  for (const { stream, version, text } of latestSchemas(files)) {
    const file = join(ROOT, `packages/streams/src/generated/${stream}.ts`)
    outputs.set(file, typesModule(stream, version, JSON.parse(text) as AvroRecord))
  }
  outputs.set(join(ROOT, 'docs/asyncapi.yaml'), asyncApi())
  const readme = join(ROOT, 'schemas/README.md')
  outputs.set(readme, vocabularyTable(readFileSync(readme, 'utf8')))
  if (process.argv.includes('--release')) outputs.set(RELEASED, lock())
  return outputs
}

function lock(): string {
  const entries = files.map(({ stream, version, text }) => [`${stream}/v${version}`, fingerprint(text)])
  return `${JSON.stringify({ ...Object.fromEntries(entries), ...releasedSchemas() }, null, 2)}\n`
}

function current(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
