import { randomUUID } from 'node:crypto'
import type { Vocabulary } from '@perennial/member'
import type { Goals, Plays } from '@perennial/playbooks'
import {
  createAlerts,
  createLedger,
  createMemberReader,
  createPartitionStore,
  createRiskProjection,
  createSourceWriter,
  createTokens,
  Fault,
  type Ledger,
  messageOf,
  type Platform,
  type Running,
  type Scope,
} from '@perennial/runtime'
import type { FastifyInstance } from 'fastify'
import type { ApiConfig } from './config.ts'
import { followModels, readGoals, readPlays, readVocabulary } from '@perennial/deployment'
import { createReports, measureReports, readReport, type Reports } from '@perennial/reporting'
import { type ErasureSettings, openErasure } from '@perennial/erasure'
import type { Access } from './access.ts'
import { createRateLimit } from './limits.ts'
import type { Erasures } from './erasures.ts'
import { runErasures } from './run-erasures.ts'
import { createServer } from './server.ts'

/** What a started API gives back: where it listens. */
export type RunningApi = Running & Readonly<{ url: string; port: number }>

type Options = Readonly<{
  /** Undefined when ready; else why not. For a process that does more than this. */
  notReady?: () => string | undefined
  status?: () => Record<string, unknown>
  /** A token for this run, on this machine. */
  localToken?: string | undefined
}>

/** The composition root of the API. Throws a Fault that names PERENNIAL_PORT when it cannot listen. */
export async function startApi(
  platform: Platform,
  config: ApiConfig,
  scope: Scope,
  options: Options = {},
): Promise<RunningApi> {
  const { namespace, partitions, clock, logger, metrics } = platform
  const redis = platform.redis('command')
  const vocabulary = readVocabulary(config.signalsFile)
  const models = await followModels(platform, scope, { file: config.modelFile, vocabulary })
  const ledger = createLedger(redis, platform)
  const plays = readPlays(config.playbooks, vocabulary)
  const goals = readGoals(config.playbooks, plays, vocabulary)
  const server = createServer({
    plays,
    goals,
    reports: reportsOf(platform, config, { plays, goals, vocabulary, ledger }),
    risks: createRiskProjection(redis, namespace, partitions.activity),
    alerts: createAlerts(redis, namespace),
    ledger,
    members: createMemberReader(redis, namespace, partitions.activity, vocabulary),
    // What is promoted while this runs explains from then on.
    get scorer() {
      return models().current
    },
    vocabulary,
    writer: await createSourceWriter(platform),
    clock,
    newId: randomUUID,
    access: accessOf(platform, config, options.localToken),
    erasures: await startErasures(platform, scope, { ...config, vocabulary }),
    unsubscribeKeys: config.unsubscribeKeys,
    logger,
    metrics,
    notReady: () => (scope.signal.aborted ? 'stopping' : (options.notReady?.() ?? platform.notReady())),
    status: options.status ?? (() => ({})),
  })
  scope.adopt(server, (held) => held.close())
  const url = await listen(server, config)
  return { url, port: Number(new URL(url).port), status: () => ({ url }) }
}

async function startErasures(platform: Platform, scope: Scope, settings: ErasureSettings): Promise<Erasures> {
  const { logger, metrics } = platform
  return runErasures({ erasure: await openErasure(platform, scope, settings), logger, metrics }, scope)
}

/** Attempts without a good token, by address and second: whoever guesses is slowed down. */
const FAILURES_PER_SECOND = 5

function accessOf(platform: Platform, { token, requestsPerSecond }: ApiConfig, localToken: string | undefined): Access {
  const { namespace, clock } = platform
  const now = () => clock.now()
  return {
    tokens: createTokens(platform.redis('command'), namespace),
    master: token ?? localToken,
    now,
    limits: { requests: createRateLimit(requestsPerSecond, now), failures: createRateLimit(FAILURES_PER_SECOND, now) },
  }
}

type Surveyed = Readonly<{ plays: Plays; goals: Goals; vocabulary: Vocabulary; ledger: Ledger }>

/** Reports on all members, for those who ask and for the metrics. */
function reportsOf(
  { namespace, partitions, clock, logger, metrics, redis }: Platform,
  { reportMs }: ApiConfig,
  surveyed: Surveyed,
): Reports {
  const store = createPartitionStore(redis('command'), namespace)
  const reports = createReports({
    make: () => readReport({ ...surveyed, store, partitions: partitions.activity }, clock.now()),
    now: () => clock.now(),
    freshMs: reportMs,
    failed: (error) => logger.warn({ err: error }, `No report could be made, trying again: ${messageOf(error)}`),
  })
  measureReports(metrics, reports)
  return reports
}

async function listen(server: FastifyInstance, { host, port }: ApiConfig): Promise<string> {
  try {
    return await server.listen({ host, port })
  } catch (error) {
    const taken = isTaken(error)
    const advice = taken
      ? `Stop what uses it, or choose another: PERENNIAL_PORT=${port + 1}`
      : 'Check PERENNIAL_HOST and PERENNIAL_PORT.'
    const reason = taken ? 'is in use already' : `cannot be listened on: ${messageOf(error)}`
    throw new Fault('api/listen', `Port ${port} on ${host} ${reason}. ${advice}`, { cause: error })
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
