import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../fault.ts'
import { freePort } from './free-ports.ts'
import { askRedis } from './redis-fitness.ts'
import type { RedisProgram } from './redis-program.ts'
import { spawnTied, type TiedChild } from './tied-child.ts'

export type RedisChild = Readonly<{ url: string; pid: number; ended: TiedChild['ended']; stop(): Promise<void> }>

/** A server that says nothing at all for so long is not coming. Loading a large log of its own does not count. */
const PATIENCE_MS = 15_000

/** On an orderly stop the last second of the append-only file is written. */
const GRACE_MS = 10_000

/**
 * Runs a Redis of our own: on a free port of the loopback interface, its data in `folder` (append-only file, flushed
 * every second), never evicting. It ends with this process. Resolves when it has loaded its data and answers.
 * Throws a Fault (REDIS_NOT_STARTED) with the end of its log.
 */
export async function startRedis(program: RedisProgram, folder: string): Promise<RedisChild> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const log = join(folder, 'redis.log')
  const child = await spawnTied(program.path, settings(port, folder), {
    cwd: folder,
    log,
    ...(program.libraryPath === undefined ? {} : { env: { ...process.env, LD_LIBRARY_PATH: program.libraryPath } }),
  })
  await untilLoaded(url, child, log)
  return { url, pid: child.pid, ended: child.ended, stop: () => child.stop(GRACE_MS) }
}

function settings(port: number, folder: string): string[] {
  const options = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    daemonize: 'no',
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
  }
  // The append-only file is enough: no snapshots beside it.
  return [...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]), '--save', '']
}

async function untilLoaded(url: string, child: TiedChild, log: string): Promise<void> {
  let ended = false
  void child.ended.then(() => (ended = true))
  let heardAt = Date.now()
  for (;;) {
    const answer = await askRedis(url, '')
    if (answer.kind === 'answered') return
    if (answer.kind === 'loading') heardAt = Date.now()
    if (ended || Date.now() - heardAt > PATIENCE_MS) break
    await sleep(50)
  }
  await child.stop()
  const tail = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n')
  throw new Fault('REDIS_NOT_STARTED', `The Redis server did not start. The end of ${log}:\n${tail}`)
}
