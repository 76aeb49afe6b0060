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
  /** Bytes it has written so far. */
  written(): number
  /** While it is down: takes what it had written beyond so many bytes, as a power cut does. */
  forgetFrom(bytes: number): void
  /** One command in one line, and its answer as it comes: for what a client of ours would not do. */
  command(line: string): Promise<string>
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
    // One that is still reading its data answers with an error.
    await waitFor('the suite’s Redis', async () => (await ask(port, 'PING').catch(() => '')) === '+PONG\r\n')
  }

  /** The one that is written to. */
  function file(): string {
    const files = readdirSync(join(folder, 'appendonlydir')).filter((name) => name.endsWith('.incr.aof'))
    return join(folder, 'appendonlydir', files.sort().at(-1) ?? '')
  }

  await start()
  return {
    url,
    start,
    async crash() {
      process.kill(child?.pid ?? 0, 'SIGKILL')
      await child?.ended
    },
    written: () => statSync(file()).size,
    forgetFrom: (bytes) => truncateSync(file(), bytes),
    command: (line) => ask(port, line),
    async stop() {
      await child?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function ask(port: number, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${line}\r\n`))
    // Short answers, so one packet.
    socket.once('data', (data) => {
      resolve(data.toString())
      socket.destroy()
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('Redis closed the connection.')))
  })
}
