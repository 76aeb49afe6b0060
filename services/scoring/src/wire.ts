import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { readScorer, readVocabulary } from '@perennial/deployment'
import {
  type Consumption,
  createPartitionStore,
  type Logger,
  type Platform,
  type Running,
  type Scope,
  whenReady,
} from '@perennial/runtime'
import { registrySubject, SCHEMAS, topicOf } from '@perennial/streams'
import type { ScoringConfig } from './config.ts'
import { createPutAside } from './put-aside.ts'
import { RiskWriter } from './risk-writer.ts'
import { ACTIVITY_TOPIC, Scoring, type ScoringDeps } from './scoring.ts'
import { createTelemetry, watchLag } from './telemetry.ts'
import { watchUpstream } from './upstream.ts'

/** How often partitions are asked whether anybody is due: well under the second in which a crossing must be noticed. */
const SWEEP_EVERY_MS = 200
/** Every so many sweeps the stored state is looked at, too: once a second, a read per partition. */
const SWEEPS_PER_CHECK = 5
/** Partitions worked on at a time: more only wait behind one Redis. */
const CONCURRENCY = 4
/** Facts are handed over as they come; this is only how often an idle broker is asked, and each asking costs. */
const IDLE_POLL_MS = 500

/** The composition root of scoring. */
export async function startScoring(platform: Platform, config: ScoringConfig, scope: Scope): Promise<Running> {
  const { log, namespace, logger } = platform
  const upstream = scope.adopt(watchUpstream(log, `${namespace}-ingest`, logger), (held) => held.stop())
  // A first batch may come before `consume` has answered.
  const started = Promise.withResolvers<Consumption>()
  const scoring = new Scoring(
    { ...(await scoringDeps(platform, config, () => scoring.owned)), foldedHistory: () => upstream.foldedHistory() },
    started.promise,
  )
  const consumption = await log.consume({
    group: groupOf(namespace),
    topics: [ACTIVITY_TOPIC],
    concurrency: CONCURRENCY,
    maxWaitMs: IDLE_POLL_MS,
    onAssigned: (tp) => scoring.assigned(tp),
    onRevoked: (tps) => scoring.revoked(tps),
    onBatch: (batch) => scoring.batch(batch),
  })
  started.resolve(consumption)
  scope.adopt(consumption, (held) => held.stop())
  consumption.failed.catch((error: unknown) => platform.fatal(error))

  watchLag(platform.metrics, platform.clock, () => scoring.lag((tp) => consumption.lag(tp)))
  scope.adopt(
    sweepRegularly(logger, async (turn) => {
      await scoring.sweep(upstream.behind())
      if (turn % SWEEPS_PER_CHECK === 0) await scoring.verify()
    }),
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
  owned: () => readonly number[],
): Promise<Omit<ScoringDeps, 'foldedHistory'>> {
  const { log, namespace, logger, clock, partitions } = platform
  const redis = platform.redis('commit')
  await whenReady(redis)
  const store = createPartitionStore(redis, namespace)
  const riskSchema = await platform.schemas.register(registrySubject(topicOf('member-risk')), SCHEMAS['member-risk'])
  const scorer = readScorer(config.modelFile, readVocabulary(config.signalsFile))
  const run = randomUUID().slice(0, 8)
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
    scorer,
    aliasMs: config.aliasMs,
    maxAliases: config.maxAliases,
    partitions: partitions.activity,
    riskWriter: new RiskWriter(scorer, riskSchema),
    putAside: createPutAside(log),
    nextToken: () => `${run}.${commits++}`,
  }
}

/** Sweeps one after another; answers how to stop, which waits for the one under way. */
function sweepRegularly(logger: Logger, sweep: (turn: number) => Promise<void>): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const done = (async () => {
    for (let turn = 1; !signal.aborted; turn++) {
      await setTimeout(SWEEP_EVERY_MS, undefined, { signal }).catch(() => undefined)
      // The next sweep, or the next owner, tries again: nothing of a failed one was written.
      if (!signal.aborted)
        await sweep(turn).catch((error: unknown) => logger.warn({ err: error }, 'A sweep failed; it is tried again.'))
    }
  })()
  return () => {
    stopping.abort()
    return done
  }
}
