import { readVocabulary } from '@perennial/deployment'
import {
  type AddressBook,
  type ConsumeOptions,
  type Consumption,
  createAddressBook,
  createEmailHash,
  createErasureKeys,
  followErasures,
  guessableIdentityKey,
  type Platform,
  type Running,
  type Scope,
  topicSpecs,
} from '@perennial/runtime'
import { topicOf, TOPICS } from '@perennial/streams'
import { BlockSender } from './block-sender.ts'
import type { IngestConfig } from './config.ts'
import { takeBatch } from './handle.ts'
import { Positions } from './positions.ts'
import { SchemaCache } from './schema-cache.ts'
import { Sources } from './sources.ts'
import { StoppedPartitions } from './stopped-partitions.ts'
import { Telemetry } from './telemetry.ts'

/** Partitions judged at a time: enough that some pack while a send is under way. */
const CONCURRENCY = 8
const COMMIT_EVERY_MS = 500

/** The composition root of ingest. `addresses` is another one in tests only. */
export async function startIngest(
  platform: Platform,
  config: IngestConfig,
  scope: Scope,
  addresses: Pick<AddressBook, 'keep'> | undefined = addressBook(platform, config),
): Promise<Running> {
  const { log } = platform
  await createTopics(platform)
  const schemas = new SchemaCache(platform.schemas, config.deadSchemaIds)
  const { hashEmail, keys } = hashing(platform, config)
  const erasures = await followErasures(platform, scope, keys)
  const sources = new Sources({ config, schemas, vocabulary: readVocabulary(config.signalsFile), hashEmail })
  // A first batch may come before `consume` has answered.
  const started = Promise.withResolvers<Consumption>()
  let held: Consumption | undefined
  void started.promise.then((consumption) => (held = consumption))
  const telemetry = createTelemetry(platform, config, sources, () => held)
  const sender = await createSender(platform, config, telemetry)
  const stopped = new StoppedPartitions({ log, schemas, telemetry, scout: (tp) => sources.scout(tp) })
  const deps = { log, sender, schemas, telemetry, stopped, addresses, erasures }
  const positions = new Positions(started.promise, COMMIT_EVERY_MS, (error) => telemetry.commitFailed(error))
  scope.adopt(sender, (it) => it.close())
  scope.adopt(stopped, (it) => it.close())

  const consumption = await log.consume({
    group: `${platform.namespace}-ingest`,
    topics: sources.topics,
    concurrency: CONCURRENCY,
    ...ownership({ sources, positions, stopped, telemetry }),
    onBatch: async (batch) => takeBatch({ ...deps, positions }, sources.get(batch.tp), batch, await started.promise),
  })
  started.resolve(consumption)
  scope.adopt(consumption, (it) => it.stop())
  scope.adopt(positions, (it) => it.close())
  consumption.failed.catch((error: unknown) => platform.fatal(error))
  return { status: () => telemetry.held(), notReady: () => stoppedReason(telemetry.held().stopped) }
}

type Kept = Readonly<{ sources: Sources; positions: Positions; stopped: StoppedPartitions; telemetry: Telemetry }>

/** What is kept of a partition begins with its assignment, and goes with it. */
function ownership({ sources, positions, stopped, telemetry }: Kept): Pick<ConsumeOptions, 'onAssigned' | 'onRevoked'> {
  return {
    async onAssigned(tp) {
      stopped.forget(tp)
      telemetry.reset(sources.own(tp))
      return undefined
    },
    async onRevoked(tps) {
      positions.forget(tps)
      for (const tp of tps) {
        stopped.forget(tp)
        const owned = sources.disown(tp)
        if (owned !== undefined) telemetry.reset(owned)
      }
    },
  }
}

function hashing(platform: Platform, { identityKey = guessableKey(platform) }: IngestConfig) {
  return { hashEmail: createEmailHash(identityKey), keys: createErasureKeys(platform.namespace, identityKey) }
}

/** What is missing is made where the broker allows it; what is not as declared is said, and changed by nobody. */
async function createTopics({ log, partitions, logger }: Platform): Promise<void> {
  for (const { topic, problems } of await log.ensureTopics(topicSpecs(TOPICS, partitions))) {
    for (const problem of problems) logger.warn({ topic }, problem)
  }
}

function createTelemetry(
  { metrics, logger, clock }: Platform,
  { schemaPatienceMs }: IngestConfig,
  sources: Sources,
  consumption: () => Consumption | undefined,
): Telemetry {
  const lag = () => sources.all().map((place) => ({ place, records: consumption()?.lag(place.tp) }))
  return new Telemetry({ registry: metrics, logger, clock, schemaPatienceMs, lag })
}

async function createSender({ log, clock }: Platform, { lingerMs }: IngestConfig, telemetry: Telemetry) {
  const topic = topicOf('member-activity')
  return new BlockSender({
    log,
    topic,
    partitions: await log.partitions(topic),
    lingerMs,
    now: () => clock.now(),
    sent: (facts, blocks, ms) => telemetry.sent(facts, blocks, ms),
  })
}

/** Ingest needs no Redis of its own but for this. */
function addressBook(
  { redis, namespace, partitions }: Platform,
  { contactKeys }: IngestConfig,
): AddressBook | undefined {
  return contactKeys && createAddressBook(redis('command'), namespace, partitions.activity, contactKeys)
}

function guessableKey({ namespace, logger }: Platform): string {
  logger.warn(
    'IDENTITY_KEY is not set: whoever sees the hash of an email address can find out whose it is by trying addresses. ' +
      'Set it to 32 random bytes before real members come in, and never change it: emails would not be recognised again.',
  )
  return guessableIdentityKey(namespace)
}

/** Good records behind the bad ones make it go on; without them somebody has to look. */
function stoppedReason(stopped: readonly unknown[]): string | undefined {
  return stopped.length === 0 ? undefined : `${stopped.length} source partitions are stopped: too many bad records`
}
