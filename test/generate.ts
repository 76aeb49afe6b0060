import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/*
 * Everything that is written from code or schemas. With --check nothing is written, and every file that differs is named;
 * further arguments go to the schemas' generator.
 */
const scripts = [
  'packages/streams/scripts/generate.ts',
  'packages/playbooks/scripts/write-schema.ts',
  'services/api/scripts/write-openapi.ts',
]
const root = join(import.meta.dirname, '..')
const failed = scripts.filter(
  (script) =>
    spawnSync(process.execPath, [join(root, script), ...process.argv.slice(2)], { stdio: 'inherit' }).status !== 0,
)
process.exitCode = failed.length === 0 ? 0 : 1
