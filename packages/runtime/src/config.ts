import { DAY_MS } from '@perennial/member'
import { type Env, readEnv } from './env.ts'
import { type KafkaConfig, readKafkaConfig } from './kafka/config.ts'
import type { LedgerBounds } from './ledger/ledger.ts'
import { readRegistryConfig, type RegistryConfig } from './registry/remote.ts'

export type PlatformConfig = Readonly<{
  /** Before all Redis keys and consumer groups: one per deployment. */
  namespace: string
  redisUrl: string
  /** How long a start waits for Redis, in ms. */
  redisDeadlineMs: number
  /** Undefined: the embedded mode. */
  kafka: Readonly<{ cluster: KafkaConfig; registry: RegistryConfig }> | undefined
  partitions: Readonly<{ source: number; activity: number }>
  ledger: LedgerBounds
}>

/** The settings that every service shares. The mode is embedded unless KAFKA_BROKERS is set. */
export function readPlatformConfig(env: Env): PlatformConfig {
  return readEnv(env, (from) => {
    const cluster = readKafkaConfig(from)
    const namespace = from.text('PERENNIAL_NAMESPACE', 'perennial')
    if (!/^[a-z0-9][a-z0-9_-]{0,39}$/i.test(namespace)) {
      from.problems.push(
        `PERENNIAL_NAMESPACE is '${namespace}': letters, digits, - and _ only, 40 at most. Example: PERENNIAL_NAMESPACE=perennial`,
      )
    }
    return {
      namespace,
      redisUrl: from.secretUrl('REDIS_URL', 'redis://localhost:6379', {
        protocols: ['redis:', 'rediss:'],
        example: 'redis://localhost:6379',
      }),
      redisDeadlineMs: from.number('REDIS_START_DEADLINE', 60, { min: 0, max: 86_400 }) * 1_000,
      kafka: cluster && { cluster, registry: readRegistryConfig(from, cluster) },
      partitions: {
        source: from.integer('SOURCE_PARTITIONS', 4, { min: 1, max: 4_096 }),
        activity: from.integer('ACTIVITY_PARTITIONS', 8, { min: 1, max: 4_096 }),
      },
      ledger: {
        // Two years by default: as long as the intervention topic keeps them.
        retentionMs: from.integer('LEDGER_DAYS', 730, { min: 1, max: 3_650 }) * DAY_MS,
        perMember: from.integer('LEDGER_PER_MEMBER', 1_000, { min: 1, max: 100_000 }),
      },
    }
  })
}
