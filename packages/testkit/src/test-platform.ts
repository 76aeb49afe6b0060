import { randomUUID } from 'node:crypto'
import {
  type Clock,
  connectPlatform,
  createLogger,
  createMetrics,
  createScope,
  type Platform,
  readPlatformConfig,
  type Redis,
  type Scope,
} from '@perennial/runtime'
import { redisServer } from './servers.ts'

export type TestPlatform = Readonly<{
  platform: Platform
  scope: Scope
  /** What `fatal` was called with. */
  fatal: readonly unknown[]
  /** Releases everything and removes what was left in Redis. */
  release(): Promise<void>
}>

/** An embedded platform on the tests' Redis, in a namespace of its own. */
export async function testPlatform(
  options: Readonly<{ clock?: Clock; namespace?: string }> = {},
): Promise<TestPlatform> {
  const namespace = options.namespace ?? `test-${randomUUID().slice(0, 8)}`
  const owned = createScope()
  const fatal: unknown[] = []
  const env = {
    REDIS_URL: redisServer(),
    PERENNIAL_NAMESPACE: namespace,
    SOURCE_PARTITIONS: '2',
    ACTIVITY_PARTITIONS: '3',
  }
  const platform = await connectPlatform(readPlatformConfig(env), owned.scope, {
    logger: quietLogger(),
    metrics: createMetrics(),
    fatal: (error) => void fatal.push(error),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  })
  const redis = platform.redis('command')
  return {
    platform,
    scope: owned.scope,
    fatal,
    async release() {
      owned.stop()
      await dropKeys(redis, namespace)
      await owned.release()
    },
  }
}

export function quietLogger() {
  return createLogger('test', { level: 'silent', format: 'json' })
}

/** Removes what a namespace left behind, and nothing else. */
async function dropKeys(redis: Redis, namespace: string): Promise<void> {
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `*${namespace}*`, 'COUNT', 1_000)
    if (keys.length > 0) await redis.unlink(...keys)
    cursor = next
  } while (cursor !== '0')
}
