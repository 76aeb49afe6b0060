import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import {
  connectPlatform,
  createMetrics,
  createScope,
  isFault,
  readPlatformConfig,
  topicSpecs,
} from '@perennial/runtime'
import { TOPICS, topicOf } from '@perennial/streams'
import { kafkaServer, quietLogger } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSecureServers, type SecureServers, USER } from './harness/secure-servers.ts'

describe.runIf(kafkaServer() !== undefined)('servers behind TLS and a password', () => {
  let servers: SecureServers
  let settings: NodeJS.ProcessEnv

  beforeAll(async () => {
    servers = await startSecureServers()
    const file = join(dirname(servers.caFile), 'redis-url')
    writeFileSync(file, servers.redisUrl, { mode: 0o600 })
    settings = {
      PERENNIAL_NAMESPACE: 'secure',
      REDIS_URL_FILE: file,
      REDIS_START_DEADLINE: '2',
      KAFKA_BROKERS: servers.brokers,
      KAFKA_START_DEADLINE: '3',
      KAFKA_SSL_CA_FILE: servers.caFile,
      KAFKA_SASL_USERNAME: USER.name,
      KAFKA_SASL_PASSWORD: USER.password,
      SCHEMA_REGISTRY_URL: kafkaServer()?.registryUrl,
    }
    // What NODE_EXTRA_CA_CERTS does for a process from its start.
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(servers.caFile, 'utf8')])
  }, 60_000)

  afterAll(() => servers.stop())

  async function withPlatform<T>(
    changes: NodeJS.ProcessEnv,
    use: (platform: Awaited<ReturnType<typeof connectPlatform>>) => Promise<T>,
  ): Promise<T> {
    const { scope, stop, release } = createScope()
    const deps = { logger: quietLogger(), metrics: createMetrics(), fatal: () => undefined }
    try {
      return await use(await connectPlatform(readPlatformConfig({ ...settings, ...changes }), scope, deps))
    } finally {
      stop()
      await release()
    }
  }

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'])('a record goes through, let in by %s', async (mechanism) => {
    const read = await withPlatform({ KAFKA_SASL_MECHANISM: mechanism }, async ({ log, partitions, redis }) => {
      await log.ensureTopics(topicSpecs(TOPICS, partitions))
      const topic = topicOf('purchase')
      await log.append(topic, [{ partition: 1, value: Buffer.from(mechanism) }])
      const [, end = 0] = await log.endOffsets(topic)
      const found = await log.read({ topic, partition: 1 }, end - 1, 1)
      return [found[0]?.value?.toString(), await redis('command').ping()]
    })
    expect(read).toEqual([mechanism, 'PONG'])
  })

  const refused = (changes: NodeJS.ProcessEnv) => withPlatform(changes, () => Promise.reject(new Error('let in')))

  test('a wrong password for Kafka is told at once, and not repeated', async () => {
    const tried = refused({ KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_PASSWORD: 'wrong-one' })
    await expect(tried).rejects.toSatisfy((error) => isFault(error, 'kafka/refused'))
    await expect(tried).rejects.toThrow(/Check KAFKA_SASL_\* and KAFKA_SSL\*/)
    await expect(tried).rejects.not.toThrow('wrong-one')
  })

  test('a wrong password for Redis is told at once, and not repeated', async () => {
    const tried = refused({ REDIS_URL_FILE: '', REDIS_URL: servers.redisUrl.replace(/:[^@/]*@/, ':wrong-one@') })
    await expect(tried).rejects.toThrow(/refuses us: WRONGPASS.*REDIS_URL/)
    await expect(tried).rejects.not.toThrow('wrong-one')
  })

  test('Redis without TLS where it is spoken is not waited for longer than asked', async () => {
    const tried = refused({ REDIS_URL_FILE: '', REDIS_URL: servers.redisUrl.replace('rediss:', 'redis:') })
    await expect(tried).rejects.toSatisfy((error) => isFault(error, 'redis/unreachable'))
  })

  test('a certificate that nobody vouches for is not taken, and the message says so', async () => {
    const tried = refused({ KAFKA_SSL_CA_FILE: '', KAFKA_SSL: 'true', KAFKA_START_DEADLINE: '1', ...strangers() })
    await expect(tried).rejects.toThrow(/certificate/)
  })

  /** Only the authorities the machine came with. */
  function strangers(): NodeJS.ProcessEnv {
    setDefaultCACertificates(getCACertificates('bundled'))
    return { REDIS_URL_FILE: '', REDIS_URL: process.env['REDIS_URL'] }
  }
})
