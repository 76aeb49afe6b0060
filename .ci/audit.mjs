import { spawnSync } from 'node:child_process'
import { PNPM } from '../deploy/bootstrap/install.mjs'

/**
 * Known vulnerabilities of what the lock file names, high or critical: exit code 1. A registry that offers no such
 * list (mirrors often do not) is said, and is no failure: then nobody knows better than before.
 */
const { status, stdout, stderr } = spawnSync('npx', ['--yes', `pnpm@${PNPM}`, 'audit', '--audit-level', 'high'], {
  encoding: 'utf8',
})
const said = `${stdout}${stderr}`.trim()
const unanswered = /ERR_PNPM_(AUDIT_|FETCH|META_FETCH)|ENOTFOUND|ECONNREFUSED|ETIMEDOUT/.test(said)
const report = unanswered ? `Not audited, for the registry does not answer: ${firstLine(said)}` : said
process.stdout.write(`${report}\n`)
process.exitCode = status === 0 || unanswered ? 0 : 1

function firstLine(text) {
  return text.split('\n', 1)[0] ?? ''
}
