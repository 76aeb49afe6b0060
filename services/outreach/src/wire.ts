import type { Templates } from '@perennial/channels'
import type { Vocabulary } from '@perennial/member'
import type { Plays } from '@perennial/playbooks'
import type { Scorer } from '@perennial/risk'
import type { OutreachOutcomeV2Input } from '@perennial/streams'
import {
  createAlerts,
  createContacts,
  createErasureKeys,
  erasedMembers,
  followErasures,
  createHeldAlerts,
  createJobQueue,
  createKillSwitch,
  createLedger,
  createQuotas,
  createMemberReader,
  createNotices,
  createPlayTexts,
  createSourceWriter,
  keepJobsMs,
  type OpenJobQueue,
  type Platform,
  type Redis,
  type Running,
  type Scope,
} from '@perennial/runtime'
import type { OutreachConfig } from './config.ts'
import { channelDeps } from './channel-deps.ts'
import type { OutreachDeps } from './deps.ts'
import { abandonJob, runJob } from './run-job.ts'
import {
  checkTemplatesOf,
  followModels,
  followPlays,
  playVersions,
  readOwners,
  readVocabulary,
} from '@perennial/deployment'
import { connectContactRecall } from '@perennial/recall'
import { factsWait } from './notices/behind.ts'
import { digestSource } from './notices/digest-source.ts'
import { openNoticeQueue, startNotices } from './notices/start-notices.ts'
import { ownersTeller } from './notices/tell-owners.ts'
import { createTelemetry } from './telemetry.ts'

/** The composition root of outreach. */
export async function startOutreach(platform: Platform, config: OutreachConfig, scope: Scope): Promise<Running> {
  const { namespace, clock, logger, metrics } = platform
  const vocabulary = readVocabulary(config.signalsFile)
  const { plays, keepTemplates } = await openPlays(platform, config, scope)
  const redis = platform.redis('command')
  const queue = scope.adopt(await openQueue(platform, redis, plays()), (held) => held.close())
  const writer = await createSourceWriter(platform)
  const killSwitch = createKillSwitch(redis, namespace, config.killSwitch)
  const models = await followModels(platform, scope, { file: config.modelFile, vocabulary })
  const stores = storesOf(platform, redis, vocabulary)
  const telemetry = createTelemetry({ registry: metrics, logger, clock, queue })
  const scorer = () => models().current
  const kill = () => killSwitch.read()
  const told = await openTold(platform, scope, { config, plays: plays(), redis, stores, scorer, keepTemplates })
  const { channels } = told
  const erasures = await followErasures(platform, scope, createErasureKeys(namespace, config.identityKey))
  const deps = {
    playsOf: playVersions(createPlayTexts(redis, namespace), plays),
    ...stores,
    recall: connectContactRecall({ ...stores, platform, redis, queue, erasures }, scope),
    kill,
    erased: erasedMembers(erasures),
    channels,
    clock,
    report: (record: OutreachOutcomeV2Input) => writer.write([{ stream: 'outreach-outcome', record }]),
    telemetry,
  } satisfies Omit<OutreachDeps, 'plays' | 'scorer'>
  // The plays and the model are those of the moment of sending, and the same for all of a job.
  await startWork(queue, config, () => ({ ...deps, plays: plays(), scorer: scorer() }), scope)
  const roleDigest = digestSource(platform, { folder: config.playbooks, plays, vocabulary, redis, stores, scorer })
  const behind = () => factsWait(platform)
  await startNotices({ ...stores, ...told, roleDigest, behind, kill, clock, logger, telemetry }, scope)
  logger.info({ channels: [...channels.keys()], version: plays().version }, 'Outreach channels open')
  return { status: () => ({ channels: [...channels.keys()], playsVersion: plays().version }) }
}

/** The plays of the folder, followed. Those that name a template which the channels do not have are refused. */
async function openPlays(platform: Platform, { playbooks, signalsFile, killSwitch }: OutreachConfig, scope: Scope) {
  // As channels have read them, if any of them needs any.
  let templates: Templates | undefined
  const plays = await followPlays(platform, scope, {
    folder: playbooks,
    vocabulary: readVocabulary(signalsFile),
    killSwitch,
    service: 'outreach',
    accept: async (changed) => {
      if (templates !== undefined) checkTemplatesOf(changed, templates)
    },
  })
  return { plays, keepTemplates: (read: Templates) => (templates = read) }
}

async function startWork(
  queue: OpenJobQueue,
  config: OutreachConfig,
  deps: () => OutreachDeps,
  scope: Scope,
): Promise<void> {
  const worker = await queue.work({
    concurrency: config.concurrency,
    handle: (run) => runJob(deps(), run),
    abandoned: (job, reason) => abandonJob(deps(), job, reason),
  })
  scope.adopt(worker, (held) => held.stop())
}

type Opening = Readonly<{
  config: OutreachConfig
  plays: Plays
  redis: Redis
  stores: ReturnType<typeof storesOf>
  scorer: () => Scorer
  keepTemplates: (read: Templates) => Templates
}>

/** The channels, and what tells colleagues through them. */
async function openTold(
  platform: Platform,
  scope: Scope,
  { config, plays, redis, stores, scorer, keepTemplates }: Opening,
) {
  const owners = readOwners(config.playbooks)
  const queue = await openNoticeQueue(platform, redis, scope)
  const tellOwners = ownersTeller(queue, owners, platform.clock)
  const deps = channelDeps(platform, scope, { config, plays, redis, ...stores, scorer, tellOwners })
  return {
    owners,
    queue,
    describe: deps.describe,
    channels: config.openChannels({ ...deps, templates: () => keepTemplates(deps.templates()) }),
  }
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
    alerts: createAlerts(redis, namespace),
    notices: createNotices(redis, namespace),
  }
}

function openQueue(platform: Platform, redis: Redis, { playbooks }: Plays): Promise<OpenJobQueue> {
  const { namespace, clock, logger } = platform
  const blocking = () => platform.redis('blocking')
  const keepMs = keepJobsMs(playbooks.map(({ expiryMs }) => expiryMs))
  return createJobQueue({ namespace, clock, logger, redis, blocking }, { keepMs })
}
