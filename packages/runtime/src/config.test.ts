import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPlatformConfig } from './config.ts'

test('nothing set: embedded, on the usual Redis', () => {
  expect(readPlatformConfig({})).toEqual({
    namespace: 'perennial',
    redisUrl: 'redis://localhost:6379',
    redisDeadlineMs: 60_000,
    kafka: undefined,
    partitions: { source: 4, activity: 8 },
    ledger: { retentionMs: 730 * 86_400_000, perMember: 1_000 },
  })
})

test('with brokers the registry is required, and the message says so', () => {
  expect(() => readPlatformConfig({ KAFKA_BROKERS: 'k:9092' })).toThrow(
    /SCHEMA_REGISTRY_URL is missing.*Example: SCHEMA_REGISTRY_URL=http:\/\/localhost:8081/,
  )
  const config = readPlatformConfig({ KAFKA_BROKERS: 'k1:9092, k2:9092', SCHEMA_REGISTRY_URL: 'http://r:8081/' })
  expect(config.kafka?.cluster).toMatchObject({ brokers: ['k1:9092', 'k2:9092'], tls: false, sasl: undefined })
  expect(config.kafka?.registry.url).toBe('http://r:8081')
})

test('TLS and SASL', () => {
  const ca = join(mkdtempSync(join(tmpdir(), 'ca-')), 'ca.pem')
  writeFileSync(ca, 'PEM')
  const base = { KAFKA_BROKERS: 'k:9092', SCHEMA_REGISTRY_URL: 'http://r' }
  expect(readPlatformConfig({ ...base, KAFKA_SSL: 'true' }).kafka?.cluster.tls).toBe(true)
  expect(readPlatformConfig({ ...base, KAFKA_SSL_CA_FILE: ca }).kafka?.cluster.tls).toEqual({ ca: 'PEM' })
  const sasl = { KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' }
  expect(readPlatformConfig({ ...base, ...sasl }).kafka?.cluster.sasl).toEqual({
    mechanism: 'scram-sha-512',
    username: 'u',
    password: 'p',
  })
})

test('the address of Redis may lie in a file, for it may hold a password', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'redis-')), 'url')
  writeFileSync(file, 'rediss://:secret@redis.example.org:6380\n')
  expect(readPlatformConfig({ REDIS_URL_FILE: file }).redisUrl).toBe('rediss://:secret@redis.example.org:6380')
  writeFileSync(file, 'secret@redis.example.org')
  const read = () => readPlatformConfig({ REDIS_URL_FILE: file })
  expect(read).toThrow('REDIS_URL is not a redis:// or rediss:// address')
  expect(read).not.toThrow('secret')
})

test.each([
  [{ KAFKA_BROKERS: 'kafka', SCHEMA_REGISTRY_URL: 'http://r' }, "KAFKA_BROKERS holds 'kafka': not host:port"],
  [{ PERENNIAL_NAMESPACE: 'a:b' }, "PERENNIAL_NAMESPACE is 'a:b'"],
  [{ REDIS_URL: 'localhost:6379' }, 'REDIS_URL is not a redis:// or rediss:// address'],
  [{ ACTIVITY_PARTITIONS: '0' }, "ACTIVITY_PARTITIONS is '0': below 1"],
  [
    { KAFKA_BROKERS: 'k:1', SCHEMA_REGISTRY_URL: 'http://r', KAFKA_SASL_USERNAME: 'u' },
    'KAFKA_SASL_PASSWORD is missing',
  ],
])('%o is refused', (env, message) => {
  expect(() => readPlatformConfig(env)).toThrow(message)
})
