import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Env } from '../env.ts'
import { messageOf } from '../fault.ts'
import { cacheFolder } from './cache-folder.ts'
import type { RedisProgram } from './redis-program.ts'

const ORIGIN = "of the system's package, unpacked in your cache folder"

/**
 * On Debian and Ubuntu: downloads the Redis package and those of its libraries that are missing, and unpacks them into
 * the user's cache folder. Nothing is installed and no root is needed. apt checks the signatures as it always does.
 * `undefined` when this is no such system, or when it did not work (the reason is reported).
 */
export async function fetchRedisWithApt(env: Env, report: (line: string) => void): Promise<RedisProgram | undefined> {
  const folder = join(cacheFolder(env), 'redis')
  if (existsSync(folder)) return program(folder)
  if (!(await exists('apt-get', env)) || !(await exists('dpkg', env))) return undefined
  report('no Redis found: fetching the system package with apt into your cache folder (5 MB, once)')
  mkdirSync(cacheFolder(env), { recursive: true })
  const fresh = mkdtempSync(`${folder}-`)
  try {
    const root = await unpackRedis(fresh, env)
    if (!existsSync(folder)) renameSync(root, folder)
    return program(folder)
  } catch (error) {
    report(`apt could not fetch it: ${messageOf(error)}`)
    return undefined
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** How the tools are called, and where: all that apt writes goes to a folder of ours. */
type Apt = Readonly<{
  options: readonly string[]
  run(command: string, args: readonly string[], cwd?: string): Promise<string>
}>

async function unpackRedis(work: string, env: Env): Promise<string> {
  const packages = join(work, 'packages')
  const root = join(work, 'root')
  for (const folder of [packages, root, join(work, 'lists', 'partial'), join(work, 'archives', 'partial')]) {
    mkdirSync(folder, { recursive: true })
  }
  // Lists and archives of our own: the system's may be missing (images clear them) and are root's.
  const own = [`Dir::State::Lists=${join(work, 'lists')}`, `Dir::Cache=${work}`, 'APT::Sandbox::User=']
  const options = own.flatMap((setting) => ['-o', setting])
  const apt: Apt = { options, run: (command, args, cwd = work) => run(command, args, cwd, env) }
  await apt.run('apt-get', [...options, '-qq', 'update'])
  await apt.run('apt-get', [...options, '-qq', 'download', ...(await missingPackages(apt))], packages)
  for (const file of readdirSync(packages)) await apt.run('dpkg', ['-x', join(packages, file), root])
  return root
}

/** Redis itself and every library it needs, directly or through another missing one, that this system does not have. */
async function missingPackages(apt: Apt): Promise<string[]> {
  // The server program is in redis-tools in some releases, in redis-server in others.
  const names = ['redis-server', 'redis-tools']
  for (const name of names) {
    const listing = await apt.run('apt-cache', [...apt.options, 'depends', '--important', name])
    // Indented further below a dependency stand the virtual packages' providers, which are alternatives.
    for (const [, library = ''] of listing.matchAll(/^ {1,2}\|?(?:Pre)?Depends: ((?:lib|lua)\S*)$/gm)) {
      if (!names.includes(library) && !(await isInstalled(apt, library))) names.push(library)
    }
  }
  return names
}

async function isInstalled(apt: Apt, name: string): Promise<boolean> {
  try {
    return (await apt.run('dpkg-query', ['-W', '-f=${db:Status-Status}', name])) === 'installed'
  } catch {
    return false
  }
}

function program(root: string): RedisProgram | undefined {
  const path = join(root, 'usr', 'bin', 'redis-server')
  if (!existsSync(path)) return undefined
  const libraries = [join(root, 'usr', 'lib'), join(root, 'lib')].filter(existsSync)
  const folders = libraries.flatMap((folder) => [folder, ...multiarchFolders(folder)])
  return { path, origin: ORIGIN, libraryPath: folders.join(':') }
}

/** Debian puts libraries into a folder named for the machine, such as x86_64-linux-gnu. */
function multiarchFolders(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.includes('-linux-gnu'))
    .map((name) => join(folder, name))
}

const exists = (command: string, env: Env): Promise<boolean> =>
  run(command, ['--version'], '/', env).then(
    () => true,
    () => false,
  )

/** What the command printed. Rejects with the end of what it complained about. */
function run(command: string, args: readonly string[], cwd: string, env: Env): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, LC_ALL: 'C' } })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(out)
      else reject(new Error(err.trim().split('\n').at(-1) ?? `${command} ended with ${code}`))
    })
  })
}
