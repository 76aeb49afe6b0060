import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { followModels, readVocabulary } from '@perennial/deployment'
import {
  type Consumption,
  type Erasures,
  createErasureKeys,
  followErasures,
  createOutcomeStore,
  createPartitionStore,
  createRowSampler,
  createShadowStore,
  type Logger,
  type Platform,
  type Running,
  type Scope,
  whenReady,
} from '@perennial/runtime'
import { memberKey } from '@perennial/member'
import { registrySubject, SCHEMAS, topicOf } from '@perennial/streams'
import { activeModels } from './active-model.ts'
import { createChunkPool } from './chunk-pool.ts'
import type { ScoringConfig } from './config.ts'
import { createHearing } from './hearing.ts'
import { createPutAside } from './put-aside.ts'
import { watchQuality } from './quality/watch-quality.ts'
import { ACTIVITY_TOPIC, Scoring, type ScoringDeps } from './scoring.ts'
import { createTelemetry, watchLag, watchRescoring } from './telemetry.ts'
import { watchUpstream } from './upstream.ts'

/** How often partitions are asked whether anybody is due: well under the second in which a crossing must be noticed. */
const SWEEP_EVERY_MS = 200
/** Every so many sweeps the stored state is looked at, too: once a second, a read per partition. */
const SWEEPS_PER_CHECK = 5
/** How often a page of rows is scored anew after a promotion: small pages, so that facts wait little behind one. */
const RESCORE_EVERY_MS = 50
/** Partitions worked on at a time: more only wait behind one Redis. */
const CONCURRENCY = 4
/** Facts are handed over as they come; this is only how often an idle broker is asked, and each asking costs. */
const IDLE_POLL_MS = 500
/** How often partitions are asked whether a snapshot of them is due. */
const SNAPSHOT_LOOK_MS = 1_000

/** The composition root of scoring. */
export async function startScoring(platform: Platform, config: ScoringConfig, scope: Scope): Promise<Running> {
  const { log, namespace, logger } = platform
  const upstream = scope.adopt(watchUpstream(log, `${namespace}-ingest`, logger), (held) => held.stop())
  // A first batch may come before `consume` has answered.
  const started = Promise.withResolvers<Consumption>()
  const scoring = new Scoring(
    {
      ...(await scoringDeps(platform, config, scope, () => scoring.owned)),
      foldedHistory: () => upstream.foldedHistory(),
      ...snapshotDeps(platform, config),
    },
    started.promise,
  )
  const consumption = await log.consume({
    group: groupOf(namespace),
    topics: [ACTIVITY_TOPIC],
    concurrency: CONCURRENCY,
    maxWaitMs: IDLE_POLL_MS,
    // Stored at once: should Redis lose everything, the group's position is what remembers who has heard what.
    onAssigned: (tp) => scoring.assigned(tp),
    onRevoked: (tps) => scoring.revoked(tps),
    onBatch: (batch) => scoring.batch(batch),
  })
  started.resolve(consumption)
  scope.adopt(consumption, (held) => held.stop())
  consumption.failed.catch((error: unknown) => platform.fatal(error))

  watchLag(platform.metrics, platform.clock, () => scoring.lag((tp) => consumption.lag(tp)))
  watchRescoring(platform.metrics, () => scoring.rescored())
  const sweep = async (turn: number) => {
    await scoring.sweep(upstream.behind())
    if (turn % SWEEPS_PER_CHECK === 0) await scoring.verify()
  }
  scope.adopt(regularly(SWEEP_EVERY_MS, logger, 'A sweep', sweep), (stop) => stop())
  const page = Math.ceil((config.rescorePerSecond * RESCORE_EVERY_MS) / 1_000)
  const rescore = () => scoring.rescore(page)
  scope.adopt(regularly(RESCORE_EVERY_MS, logger, 'Scoring by a new model', rescore), (stop) => stop())
  scope.adopt(
    regularly(SNAPSHOT_LOOK_MS, logger, 'A snapshot', (_turn, signal) => scoring.snapshot(signal)),
    (stop) => stop(),
  )
  return { status: () => ({ partitions: scoring.owned }) }
}

function groupOf(namespace: string): string {
  return `${namespace}-scoring`
}

async function scoringDeps(
  platform: Platform,
  config: ScoringConfig,
  scope: Scope,
  owned: () => readonly number[],
): Promise<Omit<ScoringDeps, 'foldedHistory'>> {
  const { log, namespace, logger, clock, partitions } = platform
  const redis = platform.redis('commit')
  await whenReady(redis)
  const store = createPartitionStore(redis, namespace)
  const riskSchema = await platform.schemas.register(registrySubject(topicOf('member-risk')), SCHEMAS['member-risk'])
  const run = randomUUID().slice(0, 8)
  const keys = createErasureKeys(namespace, config.identityKey)
  const erasures = await followErasures(platform, scope, keys)
  let commits = 0

  async function dueCounts() {
    const sizes = await Promise.all(owned().map((partition) => store.dueCounts(partition)))
    return {
      members: sizes.reduce((sum, { members }) => sum + members, 0),
      aliases: sizes.reduce((sum, { aliases }) => sum + aliases, 0),
    }
  }

  return {
    store,
    clock,
    telemetry: createTelemetry(platform.metrics, logger, dueCounts),
    log,
    logger,
    group: groupOf(namespace),
    ...(await modelDeps(platform, config, { scope, riskSchema, owned, erasures })),
    aliasMs: config.aliasMs,
    maxAliases: config.maxAliases,
    partitions: partitions.activity,
    putAside: createPutAside(log),
    nextToken: () => `${run}.${commits++}`,
    openBlock: keys.openBlock,
    pseudonym: keys.pseudonym,
    hearing: createHearing(erasures),
  }
}

/** Does it again and again, one after another; answers how to stop, which waits for the one under way. */
function regularly(
  everyMs: number,
  logger: Logger,
  what: string,
  work: (turn: number, signal: AbortSignal) => Promise<void>,
): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const done = (async () => {
    for (let turn = 1; !signal.aborted; turn++) {
      await setTimeout(everyMs, undefined, { signal }).catch(() => undefined)
      // The next turn, or the next owner, tries again: nothing of a failed one was written.
      if (!signal.aborted)
        await work(turn, signal).catch((error: unknown) =>
          logger.warn({ err: error }, `${what} failed; it is tried again.`),
        )
    }
  })()
  return () => {
    stopping.abort()
    return done
  }
}

/** In the embedded mode the log is lost with the state, so snapshots in it are of no use. */
function snapshotDeps(
  { mode, log }: Platform,
  { snapshotMs, signalsFile }: ScoringConfig,
): Pick<ScoringDeps, 'snapshots'> {
  if (mode === 'embedded' || snapshotMs === 0) return {}
  return { snapshots: { log, everyMs: snapshotMs, vocabulary: readVocabulary(signalsFile) } }
}

/** The models in use, and where it is noted what came of what they said. */
async function modelDeps(
  platform: Platform,
  { modelFile: file, signalsFile }: ScoringConfig,
  {
    scope,
    riskSchema,
    owned,
    erasures,
  }: Readonly<{ scope: Scope; riskSchema: number; owned: () => readonly number[]; erasures: Erasures }>,
): Promise<Pick<ScoringDeps, 'chunks' | 'model' | 'shadows' | 'outcomes'>> {
  const { namespace, partitions, metrics, clock } = platform
  const command = platform.redis('command')
  const vocabulary = readVocabulary(signalsFile)
  const models = await followModels(platform, scope, { file, vocabulary })
  const shadows = createShadowStore(command, namespace, partitions.activity)
  const outcomes = createOutcomeStore(command, namespace, partitions.activity)
  const sampler = createRowSampler(command, namespace, partitions.activity, vocabulary)
  const sources = { shadows, outcomes, sampler }
  const speaks = () => owned().includes(0)
  watchQuality({ registry: metrics, sources, models, clock, speaks })
  const wants = (partition: number, memberId: string) =>
    erasures.barOf(memberKey(memberId)) === 0 && shadows.wants(partition, memberId)
  return {
    chunks: createChunkPool(vocabulary),
    model: activeModels(models, riskSchema),
    shadows: { ...shadows, wants },
    outcomes,
  }
}
