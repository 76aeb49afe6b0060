import { randomUUID } from 'node:crypto'
import { quietLogger, redisServer } from '@perennial/testkit'
import { afterAll, describe } from 'vitest'
import { schemaStoreFeatures } from '../../../../test/contract/schema-store.features.ts'
import { closeRedis, openRedis } from '../redis/connect.ts'
import { createEmbeddedSchemas } from './embedded.ts'

const url = redisServer()

describe.runIf(url !== undefined)('embedded', () => {
  const namespace = `test-${randomUUID().slice(0, 8)}`
  const redis = openRedis(url ?? '', 'command', quietLogger())

  afterAll(async () => {
    const keys = await redis.keys(`${namespace}:schemas:*`)
    if (keys.length > 0) await redis.unlink(...keys)
    await closeRedis(redis)
  })

  schemaStoreFeatures('Redis', async () => createEmbeddedSchemas(redis, namespace))
})
