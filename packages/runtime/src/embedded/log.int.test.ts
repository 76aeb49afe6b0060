import { randomUUID } from 'node:crypto'
import { quietLogger, redisServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe } from 'vitest'
import type { LogUnderTest } from '../../../../test/contract/log-fixture.ts'
import { logFeatures } from '../../../../test/contract/log.features.ts'
import { systemClock } from '../clock.ts'
import { logMetrics } from '../log/log-metrics.ts'
import { createMetrics } from '../metrics.ts'
import { closeRedis, openRedis } from '../redis/connect.ts'
import { createEmbeddedLog } from './log.ts'

const url = redisServer()

describe.runIf(url !== undefined)('embedded', () => {
  const namespace = `test-${randomUUID().slice(0, 8)}`
  let under: LogUnderTest

  beforeAll(() => {
    under = embeddedLog(url ?? '', namespace)
  })
  afterAll(() => under.close())

  logFeatures('Redis Streams', () => under)
})

function embeddedLog(url: string, namespace: string): LogUnderTest {
  const metrics = createMetrics()
  const logger = quietLogger()
  const redis = openRedis(url, 'command', logger)
  return {
    async open() {
      const own = openRedis(url, 'command', logger)
      const subscriber = openRedis(url, 'blocking', logger)
      const log = createEmbeddedLog({ namespace, redis: own, subscriber, logger, metrics, clock: systemClock })
      const close = log.close.bind(log)
      log.close = async () => {
        await close()
        await Promise.all([closeRedis(own), closeRedis(subscriber)])
      }
      return log
    },
    async truncate({ topic, partition }, offset) {
      await redis.xtrim(`{${namespace}:log:${topic}:${partition}}:x`, 'MINID', `${offset}-1`)
    },
    async lost() {
      const { values } = await logMetrics(metrics).lost.get()
      return values.reduce((sum, { value }) => sum + value, 0)
    },
    leaseMs: 10_000,
    async close() {
      for await (const keys of redis.scanStream({ match: `*${namespace}:log:*`, count: 1_000 })) {
        const found: unknown = keys
        if (Array.isArray(found) && found.length > 0) await redis.unlink(...found.map(String))
      }
      await closeRedis(redis)
    },
  }
}
