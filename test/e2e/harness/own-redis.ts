import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRedisProgram, freePort, spawnTied, type TiedChild } from '@perennial/runtime'
import { waitFor } from './wait-for.ts'

export type OwnRedis = Readonly<{
  url: string
  /** kill -9. What was not on disk yet is lost, as on a power cut but for what the system had cached. */
  crash(): Promise<void>
  /** Starts it again, on the same port with the same data. */
  start(): Promise<void>
  /** While it is down: takes the last part of what it had written, as a power cut does. 0 to 1. */
  forget(share: number): void
  stop(): Promise<void>
}>

/** A Redis of a suite's own, with its data on disk: one that may be killed and emptied. */
export async function startOwnRedis(): Promise<OwnRedis> {
  const program = await findRedisProgram(process.env, () => undefined)
  if (program === undefined) throw new Error('There is no redis-server to start.')
  const folder = mkdtempSync(join(tmpdir(), 'perennial-e2e-redis-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const env = { ...process.env, ...(program.libraryPath !== undefined && { LD_LIBRARY_PATH: program.libraryPath }) }
  const args = `--port ${port} --bind 127.0.0.1 --appendonly yes --appendfsync everysec --maxmemory-policy noeviction`
  let child: TiedChild | undefined

  async function start(): Promise<void> {
    child = await spawnTied(program?.path ?? '', [...args.split(' '), '--save', '', '--dir', folder], {
      cwd: folder,
      env,
      log: join(folder, 'redis.log'),
    })
    await waitFor('the suite’s Redis', () => answers(port))
  }

  await start()
  return {
    url,
    start,
    async crash() {
      process.kill(child?.pid ?? 0, 'SIGKILL')
      await child?.ended
    },
    forget(share) {
      const files = readdirSync(join(folder, 'appendonlydir')).filter((name) => name.endsWith('.incr.aof'))
      const [file = ''] = files.sort().slice(-1)
      const path = join(folder, 'appendonlydir', file)
      truncateSync(path, Math.floor(statSync(path).size * (1 - share)))
    },
    async stop() {
      await child?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A Redis that is still reading its data answers PING with an error. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    const end = (answer: boolean) => {
      resolve(answer)
      socket.destroy()
    }
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')))
    socket.once('error', () => end(false))
  })
}
