// run.mjs [TOOL|FILE.ts [ARGUMENT…]]: runs a development tool or a script of the repository with the pinned Node.
// Without arguments it only makes sure that everything is installed.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInForeground } from './foreground.mjs'
import { ensureInstalled, programEnv, ROOT, say, toolPath } from './install.mjs'

const [tool = '', ...args] = process.argv.slice(2)
const preload = ['--import', pathToFileURL(join(ROOT, 'deploy', 'bootstrap', 'stop-with-parent.mjs')).href]
const isTest = tool === 'vitest'

try {
  const node = await ensureInstalled()
  if (tool === '') process.exit(0)
  const own = tool.endsWith('.ts') ? programEnv(process.env) : process.env
  const env = { ...own, PATH: toolPath(process.env) }
  const { code, stopped } = await runInForeground(...commandLine(node), {
    env,
    // To vitest this one means: finish the test at hand, stop the servers, leave.
    ...(isTest ? { stopSignal: 'SIGINT' } : {}),
  })
  // A person who stops the tests has stopped them, and that worked. In CI a run that did not end has not passed.
  process.exitCode = isTest && stopped && env.CI === undefined ? 0 : code
  if (isTest && stopped) say('stopped before the end: this is no result')
} catch (error) {
  say(error.message)
  process.exitCode = 1
}

function commandLine(node) {
  if (tool.endsWith('.ts')) return [node, [...preload, join(ROOT, tool), ...args]]
  if (isTest) return [node, [...preload, join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), ...args]]
  return [tool, args]
}
