import {
  connectionCount,
  type Consumption,
  createAgenda,
  createContacts,
  createErasureKeys,
  erasedMembers,
  followErasures,
  createDecoder,
  createHeldAlerts,
  createJobQueue,
  createKillSwitch,
  createLedger,
  createMemberReader,
  createPartitionStore,
  createPlayTexts,
  createQuotas,
  createRiskProjection,
  interventionRecord,
  keepJobsMs,
  type Log,
  type Logger,
  messageOf,
  type PartitionStore,
  type Platform,
  type Redis,
  type Running,
  type Scope,
} from '@perennial/runtime'
import type { Vocabulary } from '@perennial/member'
import type { Plays } from '@perennial/playbooks'
import { encodeRecord, registrySubject, RISK_DEAD_TOPIC, SCHEMAS, topicOf } from '@perennial/streams'
import type { DispatcherConfig } from './config.ts'
import { interventionHeaders } from './entry.ts'
import { type HandleDeps, handleBatch } from './handle.ts'
import { followModels, followPlays, keepPlays, readVocabulary } from '@perennial/deployment'
import { fillAgenda, type FillDeps } from './fill-agenda.ts'
import { lookAtDue, type LookDeps } from './look.ts'
import { type AgendaDeps, watchAgenda } from './watch-agenda.ts'
import { connectContactRecall } from '@perennial/recall'
import { createTelemetry } from './telemetry.ts'

const RISK_TOPIC = topicOf('member-risk')
const INTERVENTION_TOPIC = topicOf('intervention')

/** What lies between comes again after a crash, and the ledger recognises it. */
const COMMIT_EVERY_MS = 250

type Deps = HandleDeps &
  LookDeps &
  FillDeps &
  Readonly<{ connection: () => number; store: Pick<PartitionStore, 'standing'> }>

/** `now`: with the plays and the model of this moment, which stay the same for all that is done in one go. */
type Wired = Omit<Deps, 'plays' | 'scorer'> & Readonly<{ now: () => Deps }>

/** The composition root of the dispatcher. */
export async function startDispatcher(platform: Platform, config: DispatcherConfig, scope: Scope): Promise<Running> {
  const { log, logger, namespace } = platform
  const plays = await openPlays(platform, config, scope)
  const deps = await wire(platform, config, scope, plays)
  const { playbooks, version } = plays()
  logger.info({ playbooks: playbooks.map(({ name }) => name), version }, 'Playbooks loaded')

  // A first batch may come before `consume` has answered.
  const started = Promise.withResolvers<Consumption>()
  const consumption = await log.consume({
    group: `${namespace}-dispatcher`,
    topics: [RISK_TOPIC],
    commitEveryMs: COMMIT_EVERY_MS,
    onBatch: async (batch) => handleBatch(deps.now(), batch, inTheBackground(await started.promise, logger)),
  })
  started.resolve(consumption)
  deps.telemetry.watchLag(() =>
    consumption.assigned().map((tp) => ({ partition: tp.partition, records: consumption.lag(tp) ?? 0 })),
  )
  scope.adopt(consumption, (held) => held.stop())
  consumption.failed.catch((error: unknown) => platform.fatal(error))
  watchOwned(platform, deps, consumption, scope)
  return {
    status: () => ({
      playbooks: plays().playbooks.length,
      playsVersion: plays().version,
      partitions: consumption.assigned().map(({ partition }) => partition),
    }),
  }
}

/** Looks at the members of the partitions this process has, as they come due. */
function watchOwned(
  { log, namespace, logger, clock }: Platform,
  deps: Wired,
  consumption: Consumption,
  scope: Scope,
): void {
  const agenda: AgendaDeps = {
    log,
    namespace,
    logger,
    owned: () => consumption.assigned().map(({ partition }) => partition),
    connection: deps.connection,
    plays: () => deps.now().plays.version,
    fill: (partition, again) =>
      fillAgenda(deps, partition, { version: deps.now().plays.version, now: clock.now(), again }),
    foldedTo: async (partition) => (await deps.store.standing(partition))?.nextOffset,
    isDue: async (partition) => (await deps.agenda.due(partition, clock.now(), 1)).length > 0,
    async look(partition) {
      const looked = await lookAtDue(deps.now(), partition)
      deps.telemetry.looked(looked)
      return looked
    },
  }
  watchAgenda(agenda, scope)
}

/** Positions are not waited for; one that is not stored is made up for by the next. */
function inTheBackground(consumption: Consumption, logger: Logger): Pick<Consumption, 'commit'> {
  return {
    commit(tp, nextOffset) {
      consumption.commit(tp, nextOffset).catch((error: unknown) => logger.warn({ err: error, ...tp }, messageOf(error)))
      return Promise.resolve()
    },
  }
}

async function wire(platform: Platform, config: DispatcherConfig, scope: Scope, plays: () => Plays): Promise<Wired> {
  const { namespace, clock, logger, log, metrics } = platform
  const vocabulary = readVocabulary(config.signalsFile)
  const models = await followModels(platform, scope, { file: config.modelFile, vocabulary })
  const schemaId = await platform.schemas.register(registrySubject(INTERVENTION_TOPIC), SCHEMAS.intervention)
  const redis = platform.redis('command')
  const stores = storesOf(platform, redis, vocabulary)
  const telemetry = createTelemetry(metrics, logger, { clock, agenda: stores.agenda })
  const killSwitch = createKillSwitch(redis, namespace, config.killSwitch)
  const erasures = await followErasures(platform, scope, createErasureKeys(namespace, config.identityKey))
  const queue = scope.adopt(await openQueue(platform, redis, plays()), (held) => held.close())

  const wired = {
    ...stores,
    queue,
    kill: () => killSwitch.read(),
    erased: erasedMembers(erasures),
    erasures,
    clock,
    publish: publishTo(log, schemaId),
    decided: (entry, asOf) => telemetry.decided(entry, asOf),
    decode: createDecoder(platform.schemas, 'member-risk'),
    putAside: async (letters) => {
      if (letters.length > 0) await log.append(RISK_DEAD_TOPIC, letters)
    },
    recall: connectContactRecall({ ...stores, platform, redis, queue, erasures }, scope),
    telemetry,
  } satisfies Omit<Deps, 'plays' | 'scorer'>
  return { ...wired, now: () => ({ ...wired, plays: plays(), scorer: models().current }) }
}

/** The plays of the folder, followed. Their texts are kept before anything is decided by them. */
function openPlays(platform: Platform, { playbooks, signalsFile, killSwitch }: DispatcherConfig, scope: Scope) {
  const texts = createPlayTexts(platform.redis('command'), platform.namespace)
  return followPlays(platform, scope, {
    folder: playbooks,
    vocabulary: readVocabulary(signalsFile),
    killSwitch,
    service: 'dispatcher',
    accept: (plays, files) => keepPlays(texts, plays, files),
  })
}

function openQueue(platform: Platform, redis: Redis, { playbooks }: Plays) {
  const { namespace, clock, logger } = platform
  const blocking = () => platform.redis('blocking')
  const keepMs = keepJobsMs(playbooks.map(({ expiryMs }) => expiryMs))
  return createJobQueue({ namespace, clock, logger, redis, blocking }, { keepMs })
}

/** What is kept in Redis, all through one connection. */
function storesOf(platform: Platform, redis: Redis, vocabulary: Vocabulary) {
  const { namespace, partitions } = platform
  const { activity } = partitions
  return {
    connection: connectionCount(redis),
    ledger: createLedger(redis, platform),
    contacts: createContacts(redis, namespace, activity),
    quotas: createQuotas(redis, namespace),
    heldAlerts: createHeldAlerts(redis, namespace),
    risks: createRiskProjection(redis, namespace, activity),
    members: createMemberReader(redis, namespace, activity, vocabulary),
    agenda: createAgenda(redis, namespace, activity),
    store: createPartitionStore(redis, namespace),
  }
}

function publishTo(log: Pick<Log, 'append'>, schemaId: number): HandleDeps['publish'] {
  return async (partition, entries) => {
    const records = entries.map((entry) => ({
      partition,
      key: entry.memberId,
      headers: interventionHeaders(entry),
      value: encodeRecord('intervention', interventionRecord(entry), schemaId),
    }))
    if (records.length > 0) await log.append(INTERVENTION_TOPIC, records)
  }
}
