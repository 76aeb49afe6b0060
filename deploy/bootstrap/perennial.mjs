#!/usr/bin/env node
// The command: perennial up | replay | members | explain | …
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInForeground } from './foreground.mjs'
import { ensureInstalled, programEnv, ROOT, say } from './install.mjs'

const preload = pathToFileURL(join(ROOT, 'deploy', 'bootstrap', 'stop-with-parent.mjs')).href
const main = join(ROOT, 'services', 'cli', 'src', 'main.ts')

try {
  const node = await ensureInstalled()
  const args = ['--import', preload, main, ...process.argv.slice(2)]
  const { code } = await runInForeground(node, args, { env: programEnv(process.env) })
  process.exitCode = code
} catch (error) {
  say(error.message)
  process.exitCode = 1
}
