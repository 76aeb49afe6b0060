import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  connectPlatform,
  createLogger,
  createMetrics,
  createScope,
  type Platform,
  readPlatformConfig,
  startRedis,
  topicSpecs,
} from '@perennial/runtime'
import { TOPICS } from '@perennial/streams'
import type { Server } from '../../servers/server.ts'
import { deleteTopics } from './delete-topics.ts'
import type { Rig } from './rig.ts'
import { type ServiceName, type ServiceProcess, startService } from './service-process.ts'
import { type Usage, usageOf } from './usage.ts'

export type ServerName = 'kafka' | 'redis'

/** Where one run takes place: a broker whose source topics are as they were, and nothing else there yet. */
export type Stand = Readonly<{
  /** The benchmark's own connections. */
  platform: Platform
  usage(server: ServerName): Usage
  /** `more`: settings on top of those that all get. */
  start(name: ServiceName, more?: Readonly<Record<string, string>>): Promise<ServiceProcess>
  stopServices(): Promise<void>
  /** A Redis that has lost everything, in place of the one before. No service may be running. */
  loseRedis(): Promise<void>
  close(): Promise<void>
}>

let stands = 0

/**
 * Empties every topic but the sources, and starts an empty Redis of its own. Consumer groups begin anew, for the
 * namespace is a new one.
 */
export async function openStand(rig: Rig, broker: Server): Promise<Stand> {
  const namespace = `bench-${stands++}`
  const folder = mkdtempSync(join(rig.folder, 'stand-'))
  let redis = await startRedis(rig.redis, join(folder, 'redis'))
  const env = () => ({
    ...environment({ broker: broker.address, registry: rig.registry.address, redis: redis.url, namespace }),
    // As in our image.
    NODE_COMPILE_CACHE: join(rig.folder, 'compiled'),
  })
  let connection = await connect(env())
  await emptyTopics(broker.address, connection.platform)
  const services: ServiceProcess[] = []

  async function stopServices(): Promise<void> {
    await Promise.all(services.splice(0).map((service) => service.stop()))
  }

  return {
    get platform() {
      return connection.platform
    },
    usage: (server) => usageOf(server === 'kafka' ? broker.pid : redis.pid),
    async start(name, more = {}) {
      const service = await startService(name, { env: { ...env(), ...more }, folder, nodeArgs: rig.nodeArgs })
      services.push(service)
      return service
    },
    stopServices,
    async loseRedis() {
      await connection.release()
      await redis.stop()
      redis = await startRedis(rig.redis, mkdtempSync(join(folder, 'redis-')))
      connection = await connect(env())
    },
    async close() {
      await stopServices()
      await connection.release()
      await redis.stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function emptyTopics(broker: string, { log, partitions }: Platform): Promise<void> {
  await deleteTopics(
    broker,
    TOPICS.filter(({ role }) => role !== 'source').map(({ name }) => name),
  )
  const reports = await log.ensureTopics(topicSpecs(TOPICS, partitions))
  const problems = reports.flatMap((report) => report.problems)
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

type Addresses = Readonly<{ broker: string; registry: string; redis: string; namespace: string }>

/** Nothing of the caller's own settings, so that the same command measures the same thing everywhere. */
function environment({ broker, registry, redis, namespace }: Addresses): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env
  return {
    ...(PATH !== undefined && { PATH }),
    ...(HOME !== undefined && { HOME }),
    NODE_ENV: 'production',
    KAFKA_BROKERS: broker,
    SCHEMA_REGISTRY_URL: registry,
    REDIS_URL: redis,
    PERENNIAL_NAMESPACE: namespace,
    IDENTITY_KEY: 'the benchmark has no emails to hide',
    LOG_FORMAT: 'json',
  }
}

async function connect(env: NodeJS.ProcessEnv): Promise<{ platform: Platform; release(): Promise<void> }> {
  const { scope, release } = createScope()
  const fatal = (error: unknown) => {
    throw error
  }
  const logger = createLogger('bench', { level: 'warn', format: 'json' }, 2)
  const platform = await connectPlatform(readPlatformConfig(env), scope, { logger, metrics: createMetrics(), fatal })
  return { platform, release }
}
