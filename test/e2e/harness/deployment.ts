import { randomUUID } from 'node:crypto'
import {
  type Clock,
  connectPlatform,
  createMetrics,
  createScope,
  createSourceWriter,
  freePort,
  type OwnedScope,
  type Platform,
  readPlatformConfig,
  type Redis,
  type SourceInput,
  type SourceWriter,
  topicSpecs,
} from '@perennial/runtime'
import { TOPICS } from '@perennial/streams'
import { type KafkaServer, kafkaServer, quietLogger, redisServer } from '@perennial/testkit'
import { SIGNALS_FILE } from './open-signals.ts'
import { Service, ServiceProcess } from './service-process.ts'

export const IDENTITY_KEY = 'a key for tests'

export type ServiceName = 'ingest' | 'scoring' | 'dispatcher' | 'outreach' | 'api'

export type DeploymentOptions = Readonly<{
  /** On Redis alone, as `perennial up` runs it. */
  embedded?: boolean
  redisUrl?: string
  /** Of the test's own platform; that of the services is the machine's. */
  clock?: Clock
  /** What node is started with, before each service. */
  nodeArgs?: readonly string[]
  /** Default: the ones that the test run has. */
  kafka?: KafkaServer
  /** On top of the settings that every service gets. */
  env?: Readonly<Record<string, string>>
}>

/** How many records go into one request when history is produced. */
const PRODUCED_TOGETHER = 500

/** One deployment on the real servers: topics, keys and consumer groups of its own, and services as child processes. */
export class Deployment {
  readonly namespace: string
  readonly env: NodeJS.ProcessEnv
  readonly platform: Platform
  readonly redis: Redis
  readonly #scope: OwnedScope
  readonly #writer: SourceWriter
  readonly #services: ServiceProcess[] = []
  /** Own Redis: nothing of ours is left in a shared one. */
  readonly #shared: boolean
  readonly #nodeArgs: readonly string[]

  private constructor(
    parts: Readonly<{
      env: NodeJS.ProcessEnv
      platform: Platform
      scope: OwnedScope
      writer: SourceWriter
      shared: boolean
      nodeArgs: readonly string[]
    }>,
  ) {
    this.namespace = parts.platform.namespace
    this.env = parts.env
    this.platform = parts.platform
    this.redis = parts.platform.redis('command')
    this.#scope = parts.scope
    this.#writer = parts.writer
    this.#shared = parts.shared
    this.#nodeArgs = parts.nodeArgs
  }

  static async create(options: DeploymentOptions = {}): Promise<Deployment> {
    const env = deploymentEnv(options)
    const scope = createScope()
    const platform = await connectPlatform(readPlatformConfig(env), scope.scope, {
      logger: quietLogger(),
      metrics: createMetrics(),
      fatal: (error) => {
        throw error
      },
      ...(options.clock === undefined ? {} : { clock: options.clock }),
    })
    await platform.log.ensureTopics(topicSpecs(TOPICS, platform.partitions))
    const writer = await createSourceWriter(platform)
    return new Deployment({
      env,
      platform,
      scope,
      writer,
      shared: options.redisUrl === undefined,
      nodeArgs: options.nodeArgs ?? [],
    })
  }

  /** Starts services side by side; resolves when all of them are ready. */
  async start(...names: ServiceName[]): Promise<Service[]> {
    return Promise.all(names.map((name) => this.startWith(name, {})))
  }

  async startWith(name: ServiceName, env: Readonly<Record<string, string>>): Promise<Service> {
    const service = new Service(name, { ...this.env, ...env }, await freePort(), this.#nodeArgs)
    this.#services.push(service)
    return service.ready()
  }

  /** Starts every service in one process; resolves when it is ready. */
  async startAll(): Promise<ServiceProcess> {
    const env = { ...this.env, PERENNIAL_PORT: '0' }
    const all = new ServiceProcess('up', 'services/cli/src/main.ts', { args: ['up', '--example', 'none'], env })
    this.#services.push(all)
    // Contacts that were under way when a process was killed are waited for.
    await all.line('Perennial is ready at ', 60_000)
    return all
  }

  /** Appends records to their source topics, in this order within each partition. */
  async produce(inputs: readonly SourceInput[]): Promise<void> {
    for (let at = 0; at < inputs.length; at += PRODUCED_TOGETHER)
      await this.#writer.write(inputs.slice(at, at + PRODUCED_TOGETHER))
  }

  /** The last words of everything that was started, for a message. */
  tails(): string {
    return this.#services.map((service) => service.tail()).join('\n\n')
  }

  /** Stops what still runs, in order, and removes what it left in a shared Redis. */
  async end(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.stop()))
    if (this.#shared) await this.#dropKeys()
    this.#scope.stop()
    await this.#scope.release()
  }

  async #dropKeys(): Promise<void> {
    let cursor = '0'
    do {
      const [next, keys] = await this.redis.scan(cursor, 'MATCH', `*${this.namespace}*`, 'COUNT', 1_000)
      if (keys.length > 0) await this.redis.unlink(...keys)
      cursor = next
    } while (cursor !== '0')
  }
}

function deploymentEnv({ embedded = false, redisUrl, kafka, env }: DeploymentOptions): NodeJS.ProcessEnv {
  const namespace = `e2e-${randomUUID().slice(0, 8)}`
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NODE_ENV: 'production',
    LOG_FORMAT: 'json',
    ...(!embedded && kafkaEnv(namespace, kafka ?? kafkaServer())),
    REDIS_URL: redisUrl ?? redisServer(),
    PERENNIAL_NAMESPACE: namespace,
    SOURCE_PARTITIONS: '2',
    ACTIVITY_PARTITIONS: '4',
    IDENTITY_KEY,
    PERENNIAL_SIGNALS: SIGNALS_FILE,
    ...env,
  }
}

function kafkaEnv(namespace: string, kafka: KafkaServer | undefined): NodeJS.ProcessEnv {
  if (kafka === undefined) throw new Error('There is no broker: guard the suite with describe.runIf.')
  return {
    KAFKA_BROKERS: kafka.brokers.join(','),
    SCHEMA_REGISTRY_URL: kafka.registryUrl,
    // Suites share the broker, one after another.
    KAFKA_TOPIC_PREFIX: `${namespace}.`,
  }
}
