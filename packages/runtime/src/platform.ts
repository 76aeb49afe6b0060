import type { Redis } from 'ioredis'
import { systemClock } from './clock.ts'
import type { PlatformConfig } from './config.ts'
import { createEmbeddedLog } from './embedded/log.ts'
import { Fault } from './fault.ts'
import { connectKafkaLog } from './kafka/log.ts'
import type { Clock, Log, Logger, Platform, RedisRole, Registry, SchemaStore, Scope } from './ports.ts'
import { closeRedis, openRedis, waitForRedis } from './redis/connect.ts'
import { layoutKey } from './redis/keys.ts'
import { REDIS_LAYOUT, redisProblems } from './redis/redis-fitness.ts'
import { createEmbeddedSchemas } from './registry/embedded.ts'
import { connectSchemaRegistry } from './registry/remote.ts'

export type PlatformDeps = Readonly<{
  logger: Logger
  metrics: Registry
  fatal(error: unknown): void
  /** Default: the machine's. */
  clock?: Clock
}>

/**
 * Connects to everything a service stands on, waiting for what is not up yet. Embedded (log and schemas in Redis)
 * unless the configuration names Kafka. A Redis that is too old, evicting or of another layout is refused.
 * Everything is adopted by the scope, so that a start that fails half-way leaves nothing open.
 */
export async function connectPlatform(config: PlatformConfig, scope: Scope, deps: PlatformDeps): Promise<Platform> {
  const { logger, metrics, fatal, clock = systemClock } = deps
  const connect = (role: RedisRole): Redis =>
    scope.adopt(openRedis(config.redisUrl, role, logger), (held) => closeRedis(held))

  const redis = connect('command')
  const waiting = { url: config.redisUrl, deadlineMs: config.redisDeadlineMs, logger, signal: scope.signal }
  await waitForRedis(redis, waiting)
  await claimRedis(redis, config)

  const { log, schemas } = await connectLog(config, scope, { ...deps, clock, redis, connect })
  return {
    mode: config.kafka === undefined ? 'embedded' : 'kafka',
    namespace: config.namespace,
    log: scope.adopt(log, (held) => held.close()),
    schemas,
    redis: connect,
    notReady: () => (redis.status === 'ready' ? undefined : 'Redis is out of reach'),
    logger,
    metrics,
    clock,
    partitions: config.partitions,
    ledger: config.ledger,
    fatal,
  }
}

type Connections = PlatformDeps & Readonly<{ clock: Clock; redis: Redis; connect: (role: RedisRole) => Redis }>

async function connectLog(
  { namespace, kafka }: PlatformConfig,
  { signal }: Scope,
  { logger, metrics, clock, redis, connect }: Connections,
): Promise<Readonly<{ log: Log; schemas: SchemaStore }>> {
  if (kafka === undefined) {
    const log = createEmbeddedLog({ namespace, redis, subscriber: connect('blocking'), logger, metrics, clock })
    return { log, schemas: createEmbeddedSchemas(redis, namespace) }
  }
  const schemas = await connectSchemaRegistry(kafka.registry, { logger, signal })
  return { log: await connectKafkaLog(kafka.cluster, { logger, metrics, signal }), schemas }
}

/** Refuses an unfit Redis, and marks a fit one as ours. */
async function claimRedis(redis: Redis, { namespace, kafka }: PlatformConfig): Promise<void> {
  const info = await redis.info()
  if (/^cluster_enabled:1/m.test(info)) {
    const mode = kafka === undefined ? 'The embedded mode needs a single Redis' : 'Redis Cluster is not supported yet'
    throw new Fault('redis/cluster', `REDIS_URL names a Redis Cluster. ${mode}: name one that is none.`)
  }
  const problems = await redisProblems(redis, namespace, info)
  if (problems.length > 0) {
    const list = problems.map(({ problem, remedy }) => `${problem}: ${remedy}`)
    throw new Fault('redis/unfit', `This Redis cannot be used: ${list.join('; ')}`, { details: list })
  }
  await redis.setnx(layoutKey(namespace), REDIS_LAYOUT)
}
