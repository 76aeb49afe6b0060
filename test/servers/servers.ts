import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, findRedisProgram, startRedis } from '@perennial/runtime'
import { dataFolder } from './folder.ts'
import { fetchJars } from './jars.ts'
import { findJava } from './java.ts'
import { startKafka } from './kafka.ts'
import { startRegistry } from './registry.ts'

export type Addresses = Readonly<{
  KAFKA_BROKERS?: string
  SCHEMA_REGISTRY_URL?: string
  REDIS_URL?: string
}>

export type Servers = Readonly<{
  addresses: Addresses
  /** Process ids of what was started here, by name, for a benchmark that reads their CPU and memory. */
  pids: Readonly<Record<string, number>>
  /** What could not be started and why, one line each. */
  missing: readonly string[]
  stop(): Promise<void>
}>

export type ServersOptions = Readonly<{
  env: NodeJS.ProcessEnv
  report(line: string): void
  /** Heap of the broker in megabytes. */
  kafkaHeapMb?: number
}>

type Part = Readonly<{
  addresses: Addresses
  pids: Readonly<Record<string, number>>
  missing: readonly string[]
  stop(): Promise<void>
}>

/**
 * Starts a real broker, registry and Redis on free ports, each with an empty data folder of its own, side by side. What the
 * environment already names (KAFKA_BROKERS with SCHEMA_REGISTRY_URL, REDIS_URL) is used as it is and not started.
 * They end with this process, however it ends. What this machine cannot run is listed in `missing`; a server that should
 * start and does not is an error.
 */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const folder = dataFolder()
  const removed = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  const starting = [kafka(options, folder), redis(options, folder)]
  const settled = await Promise.allSettled(starting)
  const parts = settled.filter((one) => one.status === 'fulfilled').map((one) => one.value)
  const stop = async () => {
    await Promise.all(parts.map((part) => part.stop()))
    removed()
  }
  const failed = settled.find((one) => one.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  return {
    addresses: Object.assign({}, ...parts.map((part) => part.addresses)),
    pids: Object.assign({}, ...parts.map((part) => part.pids)),
    missing: parts.flatMap((part) => part.missing),
    stop,
  }
}

async function kafka({ env, report, kafkaHeapMb }: ServersOptions, folder: string): Promise<Part> {
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL } = env
  if (KAFKA_BROKERS !== undefined && SCHEMA_REGISTRY_URL !== undefined) {
    return given({ KAFKA_BROKERS, SCHEMA_REGISTRY_URL })
  }
  const java = findJava(env)
  if (java === undefined) return lacking('no Java 17 or later, and KAFKA_BROKERS and SCHEMA_REGISTRY_URL are not set')
  const jars = await fetchJars(cacheFolder(env), env, report)
  const heap = kafkaHeapMb === undefined ? {} : { heapMb: kafkaHeapMb }
  const [broker, registry] = await bothOrNone([
    startKafka({ java, jars, folder: join(folder, 'kafka'), ...heap }),
    startRegistry(java, jars, join(folder, 'registry')),
  ])
  return {
    addresses: { KAFKA_BROKERS: broker.address, SCHEMA_REGISTRY_URL: registry.address },
    pids: { kafka: broker.pid, registry: registry.pid },
    missing: [],
    stop: async () => void (await Promise.all([broker.stop(), registry.stop()])),
  }
}

async function redis({ env, report }: ServersOptions, folder: string): Promise<Part> {
  const { REDIS_URL } = env
  if (REDIS_URL !== undefined) return given({ REDIS_URL })
  const program = await findRedisProgram(env, report)
  if (program === undefined) return lacking('no redis-server or valkey-server, and REDIS_URL is not set')
  const server = await startRedis(program, join(folder, 'redis'))
  return { addresses: { REDIS_URL: server.url }, pids: { redis: server.pid }, missing: [], stop: () => server.stop() }
}

async function bothOrNone<T extends { stop(): Promise<void> }>(starting: [Promise<T>, Promise<T>]): Promise<[T, T]> {
  const settled = await Promise.allSettled(starting)
  const [first, second] = settled
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value]
  for (const one of settled) if (one.status === 'fulfilled') await one.value.stop()
  throw first.status === 'rejected' ? first.reason : second.status === 'rejected' ? second.reason : undefined
}

const nothing = (): Promise<void> => Promise.resolve()
const given = (addresses: Addresses): Part => ({ addresses, pids: {}, missing: [], stop: nothing })
const lacking = (why: string): Part => ({ addresses: {}, pids: {}, missing: [why], stop: nothing })
