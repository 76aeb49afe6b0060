import { constants, existsSync } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import type { ApiConfig } from '@perennial/api'
import { cacheFolder, type Env, messageOf } from '@perennial/runtime'
import { type Check, fail, ok, warn } from './check.ts'

/** Type stripping without a flag is stable from here on. */
const LEAST_NODE = [24, 12] as const

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const good = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])
  const needed = LEAST_NODE.join('.')
  return good
    ? ok('Node', version)
    : fail(
        'Node',
        `${version}; ${needed} or later is needed`,
        'Use `npx perennial` or `npm start`: they bring their own. Else install Node 24.',
      )
}

/** Where data, programs and locks are written when Redis is run from here. */
export async function checkFolders(cwd: string, env: Env): Promise<readonly Check[]> {
  return Promise.all([
    checkFolder('Data folder', join(cwd, '.perennial'), 'Start from a folder that you may write to.'),
    checkFolder(
      'Cache folder',
      cacheFolder(env),
      'Make it writable, or name another: PERENNIAL_CACHE=/var/tmp/perennial',
    ),
  ])
}

async function checkFolder(name: string, folder: string, remedy: string): Promise<Check> {
  let nearest = folder
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest)
  try {
    await access(nearest, constants.W_OK)
    if (nearest === folder) await mkdir(folder, { recursive: true })
    return ok(name, `${folder} can be written`)
  } catch (error) {
    return fail(name, `${folder} cannot be written: ${messageOf(error)}`, remedy)
  }
}

/** Free, or in use by a Perennial that is up. */
export async function checkPort({ host, port }: ApiConfig): Promise<Check> {
  const address = `${host}:${port}`
  if (await isFree(host, port)) return ok('Port', `${address} is free (nothing is up here)`)
  const answer = await fetch(`http://${address}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
  const body = await answer?.text().catch(() => '')
  if (answer?.ok === true && body?.includes('"ready"')) return ok('Port', `Perennial is ready at http://${address}`)
  if (body?.includes('"not ready"'))
    return warn('Port', `Perennial at http://${address} is not ready yet: ${body}`, 'Wait; /readyz says for what.')
  return fail('Port', `${address} is in use by something else`, `Choose another: PERENNIAL_PORT=${port + 1}`)
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer()
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen({ host, port, exclusive: true }, () => resolve(true))
  })
  server.close()
  return free
}
