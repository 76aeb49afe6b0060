import type { RestError } from '@confluentinc/schemaregistry/dist/rest-error.js'
import type { Client, Compatibility } from '@confluentinc/schemaregistry/dist/schemaregistry-client.js'
import type { Logger } from 'pino'
import type { EnvReader } from '../env.ts'
import { Fault, messageOf } from '../fault.ts'
import { pause } from '../log/wait.ts'
import type { SchemaStore } from '../ports.ts'
import { BoundedCache } from './bounded-cache.ts'
import { incompatible } from './incompatible.ts'
import { withoutSpace } from './without-space.ts'

const CONFLICT_TRIES = 3
const CONFLICT_PAUSE_MS = 100

export type RegistryConfig = Readonly<{
  url: string
  username: string | undefined
  password: string | undefined
  /** As KAFKA_TOPIC_PREFIX: subjects are named after topics. */
  subjectPrefix: string
  /** How long a start waits for the registry, in ms. */
  startDeadlineMs: number
}>

type Deps = Readonly<{ logger: Logger; signal: AbortSignal }>

const REQUEST_TIMEOUT_MS = 5_000
const NOTICE_MS = 5_000
const BETWEEN_TRIES_MS = 500

/** SCHEMA_REGISTRY_URL, _USERNAME, _PASSWORD[_FILE]. The address is required as soon as there are brokers. */
export function readRegistryConfig(
  from: EnvReader,
  kafka: Readonly<{ topicPrefix: string; startDeadlineMs: number }>,
): RegistryConfig {
  const example = 'http://localhost:8081'
  const missing = from.optional('SCHEMA_REGISTRY_URL') === undefined
  if (missing) {
    from.problems.push(
      `SCHEMA_REGISTRY_URL is missing, and KAFKA_BROKERS is set: values on Kafka need a registry. Example: SCHEMA_REGISTRY_URL=${example}`,
    )
  }
  return {
    url: from.url('SCHEMA_REGISTRY_URL', '', { protocols: ['http:', 'https:'], example }).replace(/\/+$/, ''),
    username: from.optional('SCHEMA_REGISTRY_USERNAME'),
    password: from.secret('SCHEMA_REGISTRY_PASSWORD'),
    subjectPrefix: kafka.topicPrefix,
    startDeadlineMs: kafka.startDeadlineMs,
  }
}

/**
 * The client alone. The package's index brings serializers and three clouds' key management: 70 MB, and most of a
 * second of CPU, in every process.
 */
const loadClient = () => import('@confluentinc/schemaregistry/dist/schemaregistry-client.js')

/**
 * A Confluent-compatible registry. The client is heavy, so it is loaded here and only when it is wanted. Its own caches are keyed by subject and never ask twice; ours are by id, bounded, and know no subject.
 */
export async function connectSchemaRegistry(config: RegistryConfig, deps: Deps): Promise<SchemaStore> {
  const { SchemaRegistryClient } = await loadClient()
  const client = new SchemaRegistryClient({
    baseURLs: [config.url],
    cacheCapacity: 100,
    maxRetries: 2,
    retriesWaitMs: 200,
    retriesMaxWaitMs: 2_000,
    createAxiosDefaults: { timeout: REQUEST_TIMEOUT_MS },
    ...(config.username !== undefined && {
      basicAuthCredentials: {
        credentialsSource: 'USER_INFO' as const,
        userInfo: `${config.username}:${config.password ?? ''}`,
      },
    }),
  })
  await waitForRegistry(client, config, deps)
  return new RemoteSchemas(client, config)
}

class RemoteSchemas implements SchemaStore {
  readonly #client: Client
  readonly #config: RegistryConfig
  readonly #byId = new BoundedCache<number, string>(1_000)
  readonly #ids = new BoundedCache<string, number>(1_000)

  constructor(client: Client, config: RegistryConfig) {
    this.#client = client
    this.#config = config
  }

  async register(subject: string, schema: string): Promise<number> {
    const name = this.#config.subjectPrefix + subject
    const text = withoutSpace(name, schema)
    const key = `${name}\n${text}`
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = await this.#asking(`register the schema of ${name}`, () => this.#register(name, text))
    this.#ids.set(key, id)
    this.#byId.set(id, text)
    return id
  }

  async schemaById(id: number): Promise<string | undefined> {
    const known = this.#byId.get(id)
    if (known !== undefined) return known
    const found = await this.#asking(`look up schema ${id}`, () => this.#lookUp(id))
    if (found !== undefined) this.#byId.set(id, found)
    return found
  }

  async #register(subject: string, schema: string): Promise<number> {
    const { Compatibility } = await loadClient()
    const rule = Compatibility.BACKWARD_TRANSITIVE
    // Before the first version already: the rule must hold for the second one, whoever registers it.
    await this.#setRule(subject, rule)
    // A registry may answer 409 to one of two that make the subject at the same time, as it does to a broken rule:
    // after a pause only the rule can be meant.
    for (let tries = 1; ; tries++) {
      try {
        return await this.#client.register(subject, { schemaType: 'AVRO', schema }, false)
      } catch (error) {
        if (restError(error)?.status !== 409) throw error
        if (tries === CONFLICT_TRIES) throw incompatible(subject, messageOf(error), error)
        await pause(CONFLICT_PAUSE_MS)
      }
    }
  }

  /** Another process may be setting the same rule: then its answer is "already exists", and the rule stands. */
  async #setRule(subject: string, rule: Compatibility): Promise<void> {
    const current = () => this.#client.getCompatibility(subject).catch(() => undefined)
    if ((await current()) === rule) return
    try {
      await this.#client.updateCompatibility(subject, rule)
    } catch (error) {
      if (restError(error)?.status !== 409 || (await current()) !== rule) throw error
    }
  }

  async #lookUp(id: number): Promise<string | undefined> {
    try {
      return (await this.#client.getBySubjectAndId('', id)).schema
    } catch (error) {
      // Only this answer says that nobody knows the id; a proxy's 404 has another code.
      if (restError(error)?.errorCode === 40403) return undefined
      throw error
    }
  }

  async #asking<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      if (error instanceof Fault) throw error
      throw asFault(this.#config, what, error)
    }
  }
}

async function waitForRegistry(client: Client, config: RegistryConfig, { logger, signal }: Deps): Promise<void> {
  const since = Date.now()
  let noticedAt = 0
  for (;;) {
    try {
      await client.getAllSubjects()
      return
    } catch (error) {
      if (signal.aborted) throw error
      const fault = asFault(config, 'be reached', error)
      if (!fault.retriable || Date.now() - since + BETWEEN_TRIES_MS > config.startDeadlineMs) throw fault
      if (Date.now() - noticedAt >= NOTICE_MS) {
        logger.warn(`Waiting for the schema registry at ${shown(config)} (SCHEMA_REGISTRY_URL): ${messageOf(error)}`)
        noticedAt = Date.now()
      }
    }
    await pause(BETWEEN_TRIES_MS, signal)
  }
}

function asFault(config: RegistryConfig, what: string, error: unknown): Fault {
  const status = restError(error)?.status
  const refused = status === 401 || status === 403
  const unreachable = status === undefined ? ' Check SCHEMA_REGISTRY_URL.' : ''
  const hint = refused ? ' Check SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD.' : unreachable
  const message = `The schema registry at ${shown(config)} could not ${what}: ${messageOf(error)}.${hint}`
  const passing = status === undefined || status >= 500 || status === 408 || status === 429 || status === 404
  return new Fault(refused ? 'schema/refused' : 'schema/registry', message, { cause: error, retriable: passing })
}

function restError(error: unknown): Pick<RestError, 'status' | 'errorCode'> | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { status, errorCode } = error as Partial<RestError>
  return typeof status === 'number' ? { status, errorCode: errorCode ?? -1 } : undefined
}

/** The address without what may be a password in it. */
function shown({ url }: RegistryConfig): string {
  const parsed = URL.parse(url)
  return parsed === null ? url : `${parsed.origin}${parsed.pathname}`
}
