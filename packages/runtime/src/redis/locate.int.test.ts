import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { freePort } from './free-ports.ts'
import { type LocateOptions, locateRedis } from './locate.ts'
import { type RedisChild, startRedis } from './redis-child.ts'
import { shareRedis } from './redis-folder.ts'
import { findRedisProgram, type RedisProgram } from './redis-program.ts'

const program: RedisProgram | undefined = await findRedisProgram(process.env, () => {})
/** This machine, without the Redis of the test run. */
const machine = { ...process.env, REDIS_URL: undefined }
const noPrograms = { PATH: '/nowhere', PERENNIAL_CACHE: '/nowhere' }

let cwd: string
let silent: string
const report = (): void => {}
const ended: (() => Promise<unknown> | void)[] = []

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'perennial-locate-'))
  silent = `redis://localhost:${await freePort()}`
})

afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end()
  rmSync(cwd, { recursive: true, force: true })
})

function locate(options: Partial<LocateOptions>): ReturnType<typeof locateRedis> {
  return locateRedis({ env: machine, cwd, namespace: 'test', report, usual: silent, ...options })
}

function client(url: string): Redis {
  const redis = new Redis(url)
  redis.on('error', () => {})
  ended.push(() => redis.disconnect())
  return redis
}

/** Something that answers INFO as a Redis would, and nothing else. */
async function fakeRedis(info: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('data', () => socket.write(`$${info.length}\r\n${info}\r\n`))
    socket.on('error', () => {})
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  ended.push(() => void server.close())
  return `redis://127.0.0.1:${port}`
}

test('REDIS_URL names one that does not answer: refused, without the password in the message', async () => {
  const url = `redis://:secret@127.0.0.1:${await freePort()}`
  const failure = await locate({ env: { REDIS_URL: url } }).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'REDIS_SILENT',
    message: expect.stringContaining('REDIS_URL (redis://127.0.0.1'),
  })
  expect(String(failure)).not.toContain('secret')
})

test('one that is too old is refused', async () => {
  const url = await fakeRedis('redis_version:6.0.16\r\nmaxmemory:0\r\n')
  await expect(locate({ usual: url })).rejects.toMatchObject({
    code: 'REDIS_UNFIT',
    message: expect.stringContaining('it is Redis 6.0.16; Perennial needs 6.2 or later. What to do: update it'),
  })
})

test('something else on the port is not taken for a Redis', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  ended.push(() => void server.close())
  const where = locate({ usual: `redis://127.0.0.1:${port}`, env: noPrograms })
  await expect(where).rejects.toMatchObject({ code: 'REDIS_NOT_FOUND' })
})

test('nothing runs and nothing can be run: one line to copy per system', async () => {
  const failure = locate({ env: noPrograms })
  await expect(failure).rejects.toMatchObject({ code: 'REDIS_NOT_FOUND' })
  await expect(failure).rejects.toThrow(/Debian, Ubuntu +sudo apt-get install -y redis-server\n/)
  await expect(failure).rejects.toThrow(/macOS +brew install redis\n/)
})

describe.runIf(program !== undefined)('a Redis that answers', () => {
  let server: RedisChild
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perennial-locate-'))
    if (program !== undefined) server = await startRedis(program, folder)
  })

  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('is used when REDIS_URL names it, and left running', async () => {
    const found = await locate({ env: { REDIS_URL: server.url } })
    expect(found).toMatchObject({ url: server.url, how: `REDIS_URL (${server.url})` })
    await found.stop()
    expect(await client(server.url).ping()).toBe('PONG')
  })

  test('is not taken instead of the one that REDIS_URL names, though that is silent', async () => {
    const named = locate({ env: { REDIS_URL: silent }, usual: server.url })
    await expect(named).rejects.toMatchObject({ code: 'REDIS_SILENT' })
  })

  test('is used when it runs where one usually does', async () => {
    expect(await locate({ usual: server.url })).toMatchObject({ url: server.url, how: `found on ${server.url}` })
  })

  test('is refused when it throws keys away, and accepted once it does not', async () => {
    const redis = client(server.url)
    await redis.config('SET', 'maxmemory', '100mb')
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
    await expect(locate({ usual: server.url })).rejects.toMatchObject({
      code: 'REDIS_UNFIT',
      message: expect.stringContaining('(maxmemory-policy is allkeys-lru). What to do: run `redis-cli config set'),
    })
    await redis.config('SET', 'maxmemory-policy', 'noeviction')
    expect(await locate({ usual: server.url })).toMatchObject({ url: server.url })
  })

  test('is refused when it holds another layout under our namespace only', async () => {
    const redis = client(server.url)
    await redis.set('old:layout', '0')
    await expect(locate({ usual: server.url, namespace: 'old' })).rejects.toMatchObject({
      code: 'REDIS_UNFIT',
      message: expect.stringContaining('it holds layout 0 under the namespace "old"'),
    })
    expect(await locate({ usual: server.url, namespace: 'new' })).toMatchObject({ url: server.url })
  })

  test('is refused when it wants a password', async () => {
    const redis = client(server.url)
    await redis.config('SET', 'requirepass', 'secret')
    await expect(locate({ usual: server.url })).rejects.toMatchObject({ code: 'REDIS_REFUSED' })
    const withPassword = server.url.replace('//', '//:secret@')
    expect(await locate({ env: { REDIS_URL: withPassword } })).toMatchObject({ url: withPassword })
    await redis.config('SET', 'requirepass', '')
  })
})

describe.runIf(program !== undefined)('a Redis of our own', () => {
  // Whatever this machine offers: the PATH's or the fetched one.
  const own = program ?? { path: '', origin: '' }
  const start = () => locate({})

  test('keeps its data over a restart, and stops when told', async () => {
    const first = await start()
    expect(first.how).toContain(join(cwd, '.perennial', 'redis'))
    await client(first.url).set('test:key', 'kept')
    await first.stop()
    await expect(locate({ env: { REDIS_URL: first.url } })).rejects.toMatchObject({ code: 'REDIS_SILENT' })

    const second = await start()
    ended.unshift(() => second.stop())
    const redis = client(second.url)
    expect(await redis.get('test:key')).toBe('kept')
    expect(await redis.config('GET', 'appendonly')).toEqual(['appendonly', 'yes'])
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
    expect(await redis.config('GET', 'bind')).toEqual(['bind', '127.0.0.1'])
  })

  test('is shared by those who start in one folder at the same moment', async () => {
    const [one, two] = await Promise.all([start(), start()])
    ended.unshift(() => one.stop().then(() => two.stop()))
    expect(one.url).toBe(two.url)
    expect(await start()).toMatchObject({ url: one.url, how: expect.stringContaining('another process runs') })
  })

  test('is found by another process, ends with a kill -9 of its owner, and starts again on the same data', async () => {
    const script = `
      import { locateRedis } from ${JSON.stringify(join(import.meta.dirname, 'locate.ts'))}
      const found = await locateRedis({ env: process.env, cwd: process.argv[1], namespace: 'test', usual: process.argv[2], report() {} })
      console.log(found.url)
      setInterval(() => {}, 1000)`
    const args = ['--input-type=module', '-e', script, cwd, silent]
    const owner = spawn(process.execPath, args, { env: machine, stdio: ['ignore', 'pipe', 'inherit'] })
    const url = await new Promise<string>((resolve) =>
      owner.stdout.once('data', (line) => resolve(String(line).trim())),
    )
    expect(await start()).toMatchObject({ url })
    await client(url).set('test:key', 'kept')

    owner.kill('SIGKILL')
    const again = await vi.waitFor(async () => {
      const found = await start()
      expect(found.how).not.toContain('another process')
      return found
    }, 15_000)
    ended.unshift(() => again.stop())
    expect(await client(again.url).get('test:key')).toBe('kept')
  })

  test('a folder whose lock belongs to a living stranger is not touched', async () => {
    const lock = join(cwd, 'lock')
    writeFileSync(lock, String(process.ppid))
    await expect(shareRedis(own, cwd, 300)).rejects.toMatchObject({
      code: 'REDIS_FOLDER_LOCKED',
      message: expect.stringContaining(`delete ${lock}`),
    })
  })

  test('one that cannot start says why', async () => {
    const folder = join(cwd, '.perennial', 'redis')
    const first = await start()
    await first.stop()
    writeFileSync(join(folder, 'appendonlydir', 'appendonly.aof.manifest'), 'nonsense\n')
    await expect(start()).rejects.toMatchObject({
      code: 'REDIS_NOT_STARTED',
      message: expect.stringContaining(join(folder, 'redis.log')),
    })
  })
})
