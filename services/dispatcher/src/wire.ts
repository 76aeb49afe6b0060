import {
  type Consumption,
  createContacts,
  createDecoder,
  createJobQueue,
  createKillSwitch,
  createLedger,
  createMemberReader,
  createRiskProjection,
  keepJobsMs,
  type Log,
  type Logger,
  messageOf,
  type Platform,
  type Running,
  type Scope,
} from '@perennial/runtime'
import { encodeRecord, registrySubject, SCHEMAS, topicOf } from '@perennial/streams'
import type { DispatcherConfig } from './config.ts'
import { interventionHeaders, interventionOf } from './entry.ts'
import { type HandleDeps, handleBatch } from './handle.ts'
import { readPlays, readVocabulary } from '@perennial/deployment'
import { connectContactRecall } from '@perennial/recall'
import { createTelemetry } from './telemetry.ts'

const RISK_TOPIC = topicOf('member-risk')
const INTERVENTION_TOPIC = topicOf('intervention')

/** What lies between comes again after a crash, and the ledger recognises it. */
const COMMIT_EVERY_MS = 250

/** The composition root of the dispatcher. */
export async function startDispatcher(platform: Platform, config: DispatcherConfig, scope: Scope): Promise<Running> {
  const { log, logger, namespace } = platform
  const plays = readPlays(config.playbooks)
  const deps = await wire(platform, config, scope, plays)
  logger.info({ playbooks: plays.playbooks.map(({ name }) => name), version: plays.version }, 'Playbooks loaded')

  // A first batch may come before `consume` has answered.
  const started = Promise.withResolvers<Consumption>()
  const consumption = await log.consume({
    group: `${namespace}-dispatcher`,
    topics: [RISK_TOPIC],
    commitEveryMs: COMMIT_EVERY_MS,
    onBatch: async (batch) => handleBatch(deps, batch, inTheBackground(await started.promise, logger)),
  })
  started.resolve(consumption)
  scope.adopt(consumption, (held) => held.stop())
  consumption.failed.catch((error: unknown) => platform.fatal(error))
  return {
    status: () => ({
      playbooks: plays.playbooks.length,
      playsVersion: plays.version,
      partitions: consumption.assigned().map(({ partition }) => partition),
    }),
  }
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

async function wire(
  platform: Platform,
  config: DispatcherConfig,
  scope: Scope,
  plays: HandleDeps['plays'],
): Promise<HandleDeps> {
  const { namespace, clock, logger, log, metrics, partitions } = platform
  const redis = platform.redis('command')
  const telemetry = createTelemetry(metrics, logger, clock)
  const killSwitch = createKillSwitch(redis, namespace, config.killSwitch)
  const schemaId = await platform.schemas.register(registrySubject(INTERVENTION_TOPIC), SCHEMAS.intervention)
  const blocking = () => platform.redis('blocking')
  const keepMs = keepJobsMs(plays.playbooks.map(({ expiryMs }) => expiryMs))
  const queue = await createJobQueue({ namespace, clock, logger, redis, blocking }, { keepMs })
  scope.adopt(queue, (held) => held.close())

  const contacts = createContacts(redis, namespace, partitions.activity)
  const ledger = createLedger(redis, namespace, partitions.activity)
  return {
    plays,
    ledger,
    contacts,
    risks: createRiskProjection(redis, namespace, partitions.activity),
    members: createMemberReader(redis, namespace, partitions.activity, readVocabulary(config.signalsFile)),
    queue,
    kill: () => killSwitch.read(),
    clock,
    publish: publishTo(log, schemaId),
    decided: (entry, asOf) => telemetry.decided(entry, asOf),
    decode: createDecoder(platform.schemas, 'member-risk'),
    recall: connectContactRecall({ platform, redis, contacts, ledger, queue }, scope),
    telemetry,
  }
}

function publishTo(log: Pick<Log, 'append'>, schemaId: number): HandleDeps['publish'] {
  return async (partition, entries) => {
    const records = entries.map((entry) => ({
      partition,
      key: entry.memberId,
      headers: interventionHeaders(entry),
      value: encodeRecord('intervention', interventionOf(entry), schemaId),
    }))
    if (records.length > 0) await log.append(INTERVENTION_TOPIC, records)
  }
}
