import { randomUUID } from 'node:crypto'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { quietLogger, redisServer } from '@perennial/testkit'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import type { PlatformConfig } from './config.ts'
import { isFault } from './fault.ts'
import { createMetrics } from './metrics.ts'
import { connectPlatform } from './platform.ts'
import { whenReady } from './redis/connect.ts'
import { createScope, type OwnedScope } from './scope.ts'

const url = redisServer()
const namespace = `test-${randomUUID().slice(0, 8)}`
const deps = { logger: quietLogger(), metrics: createMetrics(), fatal: () => {} }

function config(redisUrl: string, redisDeadlineMs = 2_000): PlatformConfig {
  return {
    namespace,
    redisUrl,
    redisDeadlineMs,
    kafka: undefined,
    partitions: { source: 2, activity: 2 },
    ledger: { retentionMs: 1_000, perMember: 10 },
  }
}

describe.runIf(url !== undefined)('the embedded platform', () => {
  let owned: OwnedScope = createScope()
  afterEach(async () => {
    await owned.release()
    owned = createScope()
    const redis = new Redis(url ?? '')
    const keys = await redis.keys(`*${namespace}*`)
    if (keys.length > 0) await redis.unlink(...keys)
    await redis.quit()
  })

  test('has a log, schemas and connections, and lets go of all of them', async () => {
    const platform = await connectPlatform(config(url ?? ''), owned.scope, deps)
    expect(platform.mode).toBe('embedded')
    await platform.log.ensureTopics([{ name: 't', partitions: 1, cleanup: 'delete', retentionMs: -1 }])
    await platform.log.append('t', [{ value: Buffer.from('x'), partition: 0 }])
    expect(await platform.log.endOffsets('t')).toEqual([1])
    const id = await platform.schemas.register('t-value', '"string"')
    expect(await platform.schemas.schemaById(id)).toBe('"string"')

    const commit = platform.redis('commit')
    await whenReady(commit)
    expect(await commit.ping()).toBe('PONG')
    await owned.release()
    expect(commit.status).toBe('end')
  })

  test('is not ready while its Redis is away, and is again when that is back', async () => {
    const doors: Socket[] = []
    const door = createServer((inside) => {
      const outside = connect(Number(new URL(url ?? '').port), new URL(url ?? '').hostname)
      for (const end of [inside, outside]) end.on('error', () => undefined).on('close', () => inside.destroy())
      inside.pipe(outside).pipe(inside)
      doors.push(inside)
    })
    const listen = (port: number) => new Promise<void>((resolve) => door.listen(port, '127.0.0.1', resolve))
    await listen(0)
    const { port } = door.address() as AddressInfo
    const platform = await connectPlatform(config(`redis://127.0.0.1:${port}`), owned.scope, deps)
    expect(platform.notReady()).toBeUndefined()
    door.close()
    for (const socket of doors) socket.destroy()
    await expect.poll(() => platform.notReady()).toBe('Redis is out of reach')
    await listen(port)
    await expect.poll(() => platform.notReady()).toBeUndefined()
    await owned.release()
    door.close()
  })

  test('marks its Redis, and refuses one that holds another layout', async () => {
    await connectPlatform(config(url ?? ''), owned.scope, deps)
    const redis = new Redis(url ?? '')
    expect(await redis.get(`${namespace}:layout`)).toBe('1')
    await redis.set(`${namespace}:layout`, '99')
    await redis.quit()
    const refused = connectPlatform(config(url ?? ''), createScope().scope, deps)
    await expect(refused).rejects.toSatisfy((error) => isFault(error, 'redis/unfit') && !error.retriable)
    await expect(refused).rejects.toThrow(/layout 99.*PERENNIAL_NAMESPACE/)
  })
})

describe('a Redis that has trouble', () => {
  let stub: Server | undefined
  afterEach(() => stub?.close())

  async function answering(reply: string): Promise<string> {
    stub = createServer((socket) => {
      socket.on('data', () => socket.write(reply))
      socket.on('error', () => socket.destroy())
    })
    await new Promise<void>((resolve) => stub?.listen(0, '127.0.0.1', resolve))
    const address = stub.address()
    return `redis://:hush@127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  }

  test('is waited for and then named, without its password', async () => {
    const owned = createScope()
    const connected = connectPlatform(config('redis://:hush@127.0.0.1:1', 300), owned.scope, deps)
    await expect(connected).rejects.toSatisfy((error) => isFault(error, 'redis/unreachable') && error.retriable)
    await expect(connected).rejects.toThrow(/127\.0\.0\.1:1.*REDIS_URL/)
    await expect(connected).rejects.not.toThrow('hush')
    await owned.release()
  })

  test('that does not let us in is told at once', async () => {
    const owned = createScope()
    const refusing = await answering('-WRONGPASS invalid username-password pair\r\n')
    const connected = connectPlatform(config(refusing, 30_000), owned.scope, deps)
    await expect(connected).rejects.toSatisfy((error) => isFault(error, 'redis/refused'))
    await owned.release()
  })

  test('a stop ends the wait', async () => {
    const owned = createScope()
    const connected = connectPlatform(config('redis://127.0.0.1:1', 30_000), owned.scope, deps)
    owned.stop()
    await expect(connected).rejects.toSatisfy((error) => isFault(error, 'redis/stopped'))
    await owned.release()
  })
})
