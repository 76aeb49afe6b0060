// Plain JavaScript without dependencies: this runs before anything is installed, on whatever Node there is.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Pinned like the packages themselves, which its lock file pins. */
export const PNPM = '12.21.0'

/** Runs TypeScript as it is. */
const OLDEST_FOR_US = [24, 12]
const OLDEST_FOR_SETUP = 20

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const STAMP = join(ROOT, 'node_modules', '.perennial-installed')
const LOCK = join(ROOT, '.perennial', 'install.lock')
const PINNED_NODE = join(ROOT, 'node_modules', '.bin', 'node')

/** Says something without mixing it into what a command prints for machines. */
export const say = (line) => process.stderr.write(`perennial: ${line}\n`)

/**
 * Makes sure that node_modules is what the lock file says, and answers the Node to run with.
 * Costs a few milliseconds when nothing changed. Throws an Error with what to do.
 */
export async function ensureInstalled() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_FOR_SETUP)
    throw new Error(
      `this is Node ${process.versions.node}; the set-up needs ${OLDEST_FOR_SETUP} or later: https://nodejs.org`,
    )
  const wanted = fingerprint()
  const installed = readStamp()
  if (installed?.fingerprint === wanted && existsSync(installed.node)) return installed.node

  await lock()
  try {
    // Whoever held the lock may have done it for us.
    const meanwhile = readStamp()
    if (meanwhile?.fingerprint === wanted && existsSync(meanwhile.node)) return meanwhile.node
    await install()
    const node = usableNode()
    writeFileSync(STAMP, JSON.stringify({ fingerprint: wanted, node }))
    return node
  } finally {
    rmSync(LOCK, { force: true })
  }
}

/** The environment of our programs: what Node has compiled is kept, for that is half of what a start takes. */
export function programEnv(env) {
  return { NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'compiled'), ...env }
}

/** The search path with the tools of node_modules first, the pinned Node among them. */
export function toolPath(env) {
  return [join(ROOT, 'node_modules', '.bin'), env.PATH].join(delimiter)
}

async function install() {
  const first = !existsSync(join(ROOT, 'node_modules'))
  say(
    `${first ? 'first run here' : 'the dependencies changed'}: installing the packages of pnpm-lock.yaml with pnpm ${PNPM}`,
  )
  say(first ? 'this takes about half a minute' : 'this takes some seconds')
  const began = Date.now()
  const pnpm = ['install', '--frozen-lockfile', '--config.confirm-modules-purge=false']
  const code = await run('npx', ['--yes', `pnpm@${PNPM}`, ...pnpm])
  if (code !== 0) {
    throw new Error(`the packages could not be installed (the reason stands above). Most often this machine cannot reach npm's registry:
  - is there a network, and does \`npm ping\` answer?
  - behind a proxy: npm config set proxy http://HOST:PORT && npm config set https-proxy http://HOST:PORT
  - with a registry of your own: npm config set registry https://HOST/
If you edited a package.json, bring the lock file up to date first: npx pnpm@${PNPM} install
Then run the same command again; what was fetched already is kept.`)
  }
  say(`installed in ${Math.round((Date.now() - began) / 1000)} s`)
}

function run(command, args) {
  return new Promise((resolve) => {
    // The tools of a half-made node_modules must not be used to make it.
    const tools = join(ROOT, 'node_modules')
    const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(tools))
    const env = { ...process.env, PATH: path.join(delimiter) }
    // Everything it prints goes to stderr: stdout belongs to the command that was asked for.
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 2, 2], detached: true })
    let stopped = false
    const stop = () => {
      stopped = true
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    }
    process.on('SIGINT', stop).on('SIGTERM', stop)
    const done = (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      if (stopped) leave()
      resolve(code)
    }
    child.once('error', (error) => {
      say(`${command} cannot be run: ${error.message}`)
      done(1)
    })
    child.once('exit', (code) => done(code ?? 1))
  })
}

function leave() {
  rmSync(LOCK, { force: true })
  say('stopped during the set-up; the same command goes on from here')
  process.exit(process.env.CI === undefined ? 0 : 1)
}

/** The pinned Node; where it cannot run (musl, an unusual processor) our own, if it is new enough. */
function usableNode() {
  const { status } = spawnSync(PINNED_NODE, ['--version'])
  if (status === 0) return PINNED_NODE
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_FOR_US[0] || (major === OLDEST_FOR_US[0] && minor >= OLDEST_FOR_US[1])) return process.execPath
  throw new Error(
    `the Node that comes with the packages does not run on this machine (${process.platform} ${process.arch}), and yours is ${process.versions.node}: install Node ${OLDEST_FOR_US.join('.')} or later from https://nodejs.org`,
  )
}

/** Changes whenever an install could give another result. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} pnpm ${PNPM}`)
  const manifests = ['packages', 'services'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .sort((a, b) => (a < b ? -1 : 1))
      .map((name) => join(folder, name, 'package.json')),
  )
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    if (existsSync(join(ROOT, file))) hash.update(file).update(readFileSync(join(ROOT, file)))
  }
  return hash.digest('hex')
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'))
  } catch {
    return undefined
  }
}

/** Two installs into one folder would spoil each other: the second waits for the first. */
async function lock() {
  mkdirSync(dirname(LOCK), { recursive: true })
  let said = false
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
      return
    } catch {
      if (!isAlive(lockOwner())) rmSync(LOCK, { force: true })
      else if (!said) say('another process is installing the packages: waiting for it')
      said = true
      await sleep(200)
    }
  }
}

function lockOwner() {
  try {
    return Number(readFileSync(LOCK, 'utf8'))
  } catch {
    return 0
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
