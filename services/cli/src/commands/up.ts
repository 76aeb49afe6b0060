import { startApi } from '@perennial/api'
import {
  createJobQueue,
  type Env,
  type Platform,
  readAll,
  readPlatformConfig,
  readProcessConfig,
  type Running,
  topicSpecs,
} from '@perennial/runtime'
import { TOPICS } from '@perennial/streams'
import manifest from '../../package.json' with { type: 'json' }
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { backlogOf, isEmpty } from '../up/backlog.ts'
import { EXAMPLE, type ExampleName } from '../up/example.ts'
import { type ExampleState, exampleStore } from '../up/example-state.ts'
import { replayExample } from '../up/replay-example.ts'
import { readSummary, summaryText } from '../up/report.ts'
import { LOCAL_TOKEN_FILE, localToken } from '../up/local-token.ts'
import { readServicesConfig, type ServicesConfig, startServices } from '../up/services.ts'
import { backlogWords, settle } from '../up/settle.ts'

export type UpOptions = Readonly<{
  /** Which example an empty deployment is fed with. Undefined: the sample in the embedded mode, none on Kafka. */
  example: ExampleName | 'none' | undefined
  /** End after the report. */
  once: boolean
}>

/** What /readyz tells. */
type State = { waitingFor: string | undefined; services: Running | undefined }

/** Runs every service in this process: feeds an empty deployment, waits until it is scored, reports, stays up. */
export async function up(outer: Context, life: Life, { example, once }: UpOptions): Promise<void> {
  const context = { ...outer, env: envFor(outer.env, example) }
  const [config] = readAll(context.env, [readServicesConfig, readPlatformConfig, readProcessConfig])
  context.note(context.style.bold(`Perennial ${manifest.version}`))
  const platform = await connect(context, life, { log: true, say: true })
  await createTopics(platform, context)

  const state: State = { waitingFor: 'starting', services: undefined }
  const notReady = () => state.waitingFor ?? state.services?.notReady?.()
  const status = () => state.services?.status() ?? {}
  // Listening comes before the long work: a port that is taken is better told at once.
  const token = once ? undefined : localToken(config.api, context.cwd, life.scope)
  const api = once
    ? undefined
    : await startApi(platform, config.api, life.scope, { notReady, status, localToken: token })
  const fed = await exampleToFeed(platform, context, example)
  state.services = await startServices(platform, withIdentity(config, platform, fed), life.scope)
  if (fed !== undefined && fed.done < fed.total) {
    state.waitingFor = `replaying the ${fed.name} example`
    context.note(EXAMPLE[fed.name].about)
    await replayExample(platform, context, fed, life.scope.signal)
  }
  state.waitingFor = 'scoring what came in'
  await scored(platform, context, life)
  if (life.scope.signal.aborted) return
  await report(platform, context)
  state.waitingFor = undefined
  if (api !== undefined) await stayReady(context, { url: api.url, token }, life)
}

/** The retail example keeps to a deployment of its own: its customers are nobody else's members. */
function envFor(env: Env, example: UpOptions['example']): Env {
  return example === 'retail' ? { PERENNIAL_NAMESPACE: 'perennial-retail', KAFKA_TOPIC_PREFIX: 'retail-', ...env } : env
}

async function createTopics({ log, partitions }: Platform, context: Context): Promise<void> {
  const reports = await log.ensureTopics(topicSpecs(TOPICS, partitions))
  for (const problem of reports.flatMap(({ problems }) => problems)) {
    context.note(`${context.style.yellow('!')} ${problem}`)
  }
}

/** What is to be fed, or was: an example that was begun is finished, a deployment with facts of its own is left alone. */
async function exampleToFeed(
  platform: Platform,
  context: Context,
  asked: UpOptions['example'],
): Promise<ExampleState | undefined> {
  const known = await exampleStore(platform).read()
  if (known !== undefined) {
    if (asked !== undefined && asked !== known.name)
      context.note(`The ${asked} example is left out: this deployment holds the ${known.name} example.`)
    return known
  }
  const empty = await isEmpty(platform.log)
  const name = asked ?? (platform.mode === 'embedded' ? 'sample' : 'none')
  if (!empty) {
    if (asked !== undefined && asked !== 'none')
      context.note(`The ${asked} example is left out: facts have come in already.`)
    return undefined
  }
  if (name === 'none') {
    context.note('Nothing has come in yet. To see it at work with simulated members: perennial up --example sample')
    return undefined
  }
  const end = context.now()
  return { name, end, total: EXAMPLE[name].count(end), done: 0 }
}

/** The people of an example are no secret: ingest need not warn that their addresses could be guessed. */
function withIdentity(config: ServicesConfig, { namespace }: Platform, fed: ExampleState | undefined): ServicesConfig {
  if (fed === undefined || config.ingest.identityKey !== undefined) return config
  return { ...config, ingest: { ...config.ingest, identityKey: `perennial:${namespace}` } }
}

async function scored(platform: Platform, context: Context, { scope }: Life): Promise<void> {
  const { namespace, clock, logger } = platform
  const deps = {
    namespace,
    clock,
    logger,
    redis: platform.redis('command'),
    blocking: () => platform.redis('blocking'),
  }
  const queue = scope.adopt(await createJobQueue(deps, { keepMs: 0 }), (held) => held.close())
  const look = backlogOf(platform, () => queue.counts())
  const { signal } = scope
  const stuck = await settle({ look, ticker: context.ticker(), signal, now: clock.now })
  if (stuck === undefined) return
  context.note(
    `${context.style.yellow('!')} Nothing has moved for half a minute: ${backlogWords(stuck)}. The log says more (LOG_LEVEL=info).`,
  )
}

async function report(platform: Platform, context: Context): Promise<void> {
  const summary = await readSummary(platform, context.env)
  if (context.json) context.out(JSON.stringify({ event: 'summary', ...summary }))
  else context.out(`\n${summaryText(summary, context)}\n`)
}

type Address = Readonly<{ url: string; token: string | undefined }>

async function stayReady(context: Context, { url, token }: Address, life: Life): Promise<void> {
  if (context.json) context.out(JSON.stringify({ event: 'ready', url, token: token ?? null }))
  else {
    context.out(`Perennial is ready at ${url}`)
    if (token !== undefined)
      context.out(`Its token, for this run and this machine, is in ${LOCAL_TOKEN_FILE}:\n  ${token}`)
    const user = token === undefined ? 'TOKEN' : `"$(cat ${LOCAL_TOKEN_FILE})`
    context.note(
      `Look: curl -u ${user}:${token === undefined ? '' : '"'} ${url}/members · perennial explain MEMBER · perennial doctor. Ctrl-C stops it; what it knows is kept.`,
    )
  }
  await life.stopped
}
