/** Writes docs/openapi.json from the code that serves it. With --check it only compares. */
import { readFileSync, writeFileSync } from 'node:fs'
import { openApi } from '../src/openapi/document.ts'

const file = new URL('../../../docs/openapi.json', import.meta.url)
// The formatter has its own opinion of white space.
const isCurrent = JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))) === JSON.stringify(openApi)

if (!process.argv.includes('--check')) {
  if (!isCurrent) writeFileSync(file, `${JSON.stringify(openApi, null, 2)}\n`)
} else if (!isCurrent) {
  console.error('docs/openapi.json is not what the code says: run `npm run gen` and commit the result')
  process.exitCode = 1
}
