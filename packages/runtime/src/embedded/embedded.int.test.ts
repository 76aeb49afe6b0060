import { randomUUID } from 'node:crypto'
import { quietLogger, redisServer, settableClock } from '@perennial/testkit'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createMetrics } from '../metrics.ts'
import type { Log, Redis, TopicSpec } from '../ports.ts'
import { closeRedis, openRedis } from '../redis/connect.ts'
import { logIndexKeys, logKeys } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'
import { createEmbeddedLog } from './log.ts'
import { createMembership, LEASE_MS } from './membership.ts'
import { EmbeddedReader } from './reader.ts'
import { trimTopic } from './retention.ts'
import { APPEND } from './scripts.ts'
import { WakeChannel } from './wake-channel.ts'

const url = redisServer()
const START = Date.UTC(2026, 5, 1)
const SPEC: TopicSpec = { name: 't', partitions: 1, cleanup: 'delete', retentionMs: -1 }
const TP = { topic: 't', partition: 0 }

describe.runIf(url !== undefined)('the log on Redis Streams', () => {
  const clock = settableClock(START)
  let namespace = ''
  let redis: Redis
  let subscriber: Redis
  let log: Log

  beforeEach(async () => {
    namespace = `test-${randomUUID().slice(0, 8)}`
    const logger = quietLogger()
    redis = openRedis(url ?? '', 'command', logger)
    subscriber = openRedis(url ?? '', 'blocking', logger)
    log = createEmbeddedLog({ namespace, redis, subscriber, logger, metrics: createMetrics(), clock })
    await log.ensureTopics([SPEC])
  })
  afterEach(async () => {
    await log.close()
    const keys = await redis.keys(`*${namespace}*`)
    if (keys.length > 0) await redis.unlink(...keys)
    await Promise.all([closeRedis(redis), closeRedis(subscriber)])
  })

  async function write(count: number): Promise<void> {
    const records = Array.from({ length: count }, () => ({ value: Buffer.alloc(50), partition: 0 }))
    await log.append('t', records)
  }

  function trim(spec: Partial<TopicSpec>, groups: readonly string[] = []): Promise<number> {
    const reader = new EmbeddedReader(redis, namespace)
    return trimTopic({ redis, namespace, reader, groups }, { ...SPEC, ...spec }, clock.now())
  }

  test('an append that is sent again, because its answer was lost, is stored once', async () => {
    const append = defineScript(redis, 'log_append', APPEND)
    const { stream, next } = logKeys(namespace, 't', 0)
    const index = logIndexKeys(namespace)
    const send = (number: number) =>
      append([index.writer('w'), stream, next], ['t:0', number, index.wake, 't:0', 2, 'a', 'b'])
    expect([await send(1), await send(1), await send(2)]).toEqual([1, 0, 1])
    expect(await log.endOffsets('t')).toEqual([4])
  })

  test('records beyond the number go, those that a group has yet to read stay', async () => {
    await write(1_000)
    expect(await trim({ maxRecords: 2_000 })).toBe(0)
    await redis.hset(logIndexKeys(namespace).group('g').positions, 't:0', '300')
    await trim({ maxRecords: 400 }, ['g'])
    expect((await log.startOffsets('t'))[0]).toBe(300)
    await trim({ maxRecords: 400 })
    expect((await log.startOffsets('t'))[0]).toBe(600)
    expect(await log.endOffsets('t')).toEqual([1_000])
  })

  test('records beyond the age go', async () => {
    await write(500)
    clock.set(START + 10_000)
    await write(500)
    clock.set(START + 12_000)
    await trim({ retentionMs: 5_000 })
    expect(await log.startOffsets('t')).toEqual([500])
    clock.set(START + 60_000)
    await trim({ retentionMs: 5_000 })
    expect(await log.startOffsets('t')).toEqual([1_000])
    await write(1)
    expect((await log.read(TP, 0, 5)).map(({ offset }) => offset)).toEqual([1_000])
  })

  test('a member that has died loses its partitions when its lease runs out, and cannot commit any more', async () => {
    const wake = new WakeChannel(subscriber, logIndexKeys(namespace).wake)
    const group = { name: 'g', topics: ['t'], partitions: [TP] }
    const dead = createMembership({ redis, namespace, wake }, group)
    const heir = createMembership({ redis, namespace, wake }, group)
    expect(await dead.turn(true)).toEqual({ keep: [TP], surplus: [] })
    await dead.commit([{ tp: TP, offset: 3 }])
    expect(await heir.turn(true)).toEqual({ keep: [], surplus: [] })

    // The lease is a score: as if its time had passed.
    const { members, owners } = logIndexKeys(namespace).group('g')
    const owner = (await redis.hget(owners, 't:0')) ?? ''
    const leftMs = Number(await redis.zscore(members, owner)) - Date.now()
    expect(Math.abs(leftMs - LEASE_MS)).toBeLessThan(2_000)
    await redis.zadd(members, 1, owner)

    await vi.waitFor(async () => expect((await heir.turn(false))?.keep).toEqual([TP]), 10_000)
    expect(await dead.turn(false)).toBeUndefined()
    await dead.commit([{ tp: TP, offset: 9 }])
    expect(await log.committed('g', 't')).toEqual([3])
  })

  test('news lost with a connection are made up for', async () => {
    const texts: string[] = []
    const consumption = await log.consume({
      group: 'g',
      topics: ['t'],
      onBatch: async ({ records }) => void texts.push(...records.map(({ value }) => String(value))),
    })
    await vi.waitFor(() => expect(consumption.assigned()).toEqual([TP]), 10_000)
    const down = new Promise((resolve) => subscriber.once('close', resolve))
    subscriber.disconnect(true)
    await down
    await log.append('t', [{ value: Buffer.from('unheard'), partition: 0 }])
    await vi.waitFor(() => expect(texts).toEqual(['unheard']), { timeout: 4_000 })
  })
})
