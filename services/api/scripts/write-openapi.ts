/** Writes docs/openapi.json from the code that serves it. Run after changing the API: `npm run gen`. */
import { writeFileSync } from 'node:fs'
import { openApi } from '../src/openapi/document.ts'

writeFileSync(new URL('../../../docs/openapi.json', import.meta.url), `${JSON.stringify(openApi, null, 2)}\n`)
