import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder, findRedisProgram, type RedisProgram } from '@perennial/runtime'
import { fetchJars, type Jars } from '../../servers/jars.ts'
import { findJava } from '../../servers/java.ts'
import { startKafka } from '../../servers/kafka.ts'
import { startRegistry } from '../../servers/registry.ts'
import type { Server } from '../../servers/server.ts'

/** What all runs share: the programs, one schema registry, and a folder that goes in the end. */
export type Rig = Readonly<{
  folder: string
  java: string
  jars: Jars
  redis: RedisProgram
  registry: Server
  /** For `node` of the services: profiling. */
  nodeArgs: readonly string[]
  report(line: string): void
  close(): Promise<void>
}>

export type RigOptions = Readonly<{
  env: NodeJS.ProcessEnv
  nodeArgs: readonly string[]
  report(line: string): void
}>

const KAFKA_HEAP_MB = 1024

/** Throws with what is missing: Java, the jars or Redis. */
export async function openRig({ env, nodeArgs, report }: RigOptions): Promise<Rig> {
  const java = findJava(env)
  if (java === undefined) throw new Error('The benchmark needs Java 17 or later for the broker: set JAVA_HOME.')
  const redis = await findRedisProgram(env, report)
  if (redis === undefined) throw new Error('The benchmark needs redis-server or valkey-server on the PATH.')
  const jars = await fetchJars(cacheFolder(env), env, report)
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'))
  const registry = await startRegistry(java, jars, join(folder, 'registry'))
  const close = async () => {
    await registry.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  return { folder, java, jars, redis, registry, nodeArgs, report, close }
}

/** A broker without a topic. Many runs may use it one after another, so that it is warm as brokers are. */
export async function startBroker({ java, jars, folder }: Rig): Promise<Server> {
  const own = mkdtempSync(join(folder, 'kafka-'))
  const { address, pid, stop } = await startKafka({ java, jars, folder: own, heapMb: KAFKA_HEAP_MB, lasting: true })
  return {
    address,
    pid,
    async stop() {
      await stop()
      rmSync(own, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
