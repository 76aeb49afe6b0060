import type { Vocabulary } from '@perennial/member'
import type { Plays } from '@perennial/playbooks'
import {
  createContacts,
  createHeldAlerts,
  createJobQueue,
  createKillSwitch,
  createLedger,
  createQuotas,
  createMemberReader,
  createPlayTexts,
  createSourceWriter,
  keepJobsMs,
  nobodyErased,
  type Platform,
  type Redis,
  type Running,
  type Scope,
} from '@perennial/runtime'
import type { OutreachConfig } from './config.ts'
import { channelDeps } from './channel-deps.ts'
import type { OutreachDeps } from './deps.ts'
import { abandonJob, runJob } from './run-job.ts'
import { followModels, playVersions, readPlays, readVocabulary } from '@perennial/deployment'
import { connectContactRecall } from '@perennial/recall'
import { createTelemetry } from './telemetry.ts'

/** The composition root of outreach. */
export async function startOutreach(platform: Platform, config: OutreachConfig, scope: Scope): Promise<Running> {
  const { namespace, clock, logger, metrics } = platform
  const vocabulary = readVocabulary(config.signalsFile)
  const plays = readPlays(config.playbooks, vocabulary, config.killSwitch)
  const redis = platform.redis('command')
  const queue = scope.adopt(await openQueue(platform, redis, plays), (held) => held.close())

  const writer = await createSourceWriter(platform)
  const killSwitch = createKillSwitch(redis, namespace, config.killSwitch)
  const models = await followModels(platform, scope, { file: config.modelFile, vocabulary })
  const stores = storesOf(platform, redis, vocabulary)
  const { members } = stores
  const channels = config.openChannels(
    channelDeps(platform, scope, { config, plays, redis, members, scorer: () => models().current }),
  )
  const deps: OutreachDeps = {
    plays,
    playsOf: playVersions(createPlayTexts(redis, namespace), plays),
    ...stores,
    recall: connectContactRecall({ ...stores, platform, redis, queue }, scope),
    // The band at the moment of sending is that of the model that scores by then.
    get scorer() {
      return models().current
    },
    kill: () => killSwitch.read(),
    erased: nobodyErased,
    channels,
    clock,
    report: (record) => writer.write([{ stream: 'outreach-outcome', record }]),
    telemetry: createTelemetry({ registry: metrics, logger, clock, queue }),
  }
  const worker = await queue.work({
    concurrency: config.concurrency,
    handle: (run) => runJob(deps, run),
    abandoned: (job, reason) => abandonJob(deps, job, reason),
  })
  scope.adopt(worker, (held) => held.stop())
  logger.info({ channels: [...channels.keys()], version: plays.version }, 'Outreach channels open')
  return { status: () => ({ channels: [...channels.keys()], playsVersion: plays.version }) }
}

/** What is kept in Redis, all through one connection. */
function storesOf(platform: Platform, redis: Redis, vocabulary: Vocabulary) {
  const { namespace, partitions } = platform
  const { activity } = partitions
  return {
    ledger: createLedger(redis, platform),
    contacts: createContacts(redis, namespace, activity),
    quotas: createQuotas(redis, namespace),
    heldAlerts: createHeldAlerts(redis, namespace),
    members: createMemberReader(redis, namespace, activity, vocabulary),
  }
}

function openQueue(platform: Platform, redis: Redis, { playbooks }: Plays): ReturnType<typeof createJobQueue> {
  const { namespace, clock, logger } = platform
  const blocking = () => platform.redis('blocking')
  const keepMs = keepJobsMs(playbooks.map(({ expiryMs }) => expiryMs))
  return createJobQueue({ namespace, clock, logger, redis, blocking }, { keepMs })
}
