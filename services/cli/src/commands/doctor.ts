import {
  connectKafkaLog,
  connectPlatform,
  connectSchemaRegistry,
  createLogger,
  createMetrics,
  exampleKey,
  type LocatedRedis,
  locateRedis,
  type Log,
  type PlatformConfig,
  type SchemaStore,
} from '@perennial/runtime'
import type { Context } from '../context.ts'
import { type Check, failed, ok } from '../doctor/check.ts'
import { checkFlow, checkSchemas, checkTopics } from '../doctor/log.ts'
import { checkFolders, checkNode, checkPort } from '../doctor/machine.ts'
import { checkRedis } from '../doctor/redis.ts'
import {
  checkIdentityKey,
  checkModel,
  checkPlaybooks,
  checkTemplates,
  checkSettings,
  checkSignals,
} from '../doctor/settings.ts'
import { foundInAnswer } from '../exit.ts'
import type { Life } from '../lifecycle.ts'
import { count } from '../terminal/words.ts'

/** A server that does not answer within this time is out of reach, as far as a check is concerned. */
const PATIENCE_MS = 5_000

/** Checks everything this deployment stands on. What is not in order says what to do. */
export async function doctor(context: Context, life: Life): Promise<void> {
  const checks: Check[] = []
  const add = (more: Check | readonly Check[]) => {
    for (const check of [more].flat()) {
      checks.push(check)
      if (!context.json) context.out(line(check, context))
    }
  }
  const { env, cwd } = context
  const { services, platform, checks: settings } = checkSettings(env)
  add([checkNode(process.versions.node), ...settings])
  add(await checkFolders(cwd, env))
  if (services !== undefined && platform !== undefined) {
    add([
      checkSignals(env),
      checkModel(env),
      checkPlaybooks(services.dispatcher),
      ...checkTemplates(env, services.outreach),
      await checkPort(services.api),
    ])
    await checkServers(context, life, { config: platform, snapshotMs: services.scoring.snapshotMs }, add)
  }
  const bad = checks.filter(({ status }) => status === 'fail').length
  const doubtful = checks.filter(({ status }) => status === 'warn').length
  const summary = bad === 0 ? `${count(checks.length, 'check')}, nothing wrong` : `${count(bad, 'check')} failed`
  if (context.json) context.out(JSON.stringify({ failed: bad, warnings: doubtful, checks }))
  else context.out(`\n${summary}${doubtful > 0 ? `, ${count(doubtful, 'warning')}` : ''}.`)
  if (bad > 0) throw foundInAnswer(`${count(bad, 'check')} failed.`)
}

type Add = (more: Check | readonly Check[]) => void

type Deployed = Readonly<{ config: PlatformConfig; snapshotMs: number }>

async function checkServers(context: Context, life: Life, { config, snapshotMs }: Deployed, add: Add): Promise<void> {
  const redis = await locate(context, config, add)
  if (redis !== undefined) {
    life.scope.adopt(redis, (held) => held.stop())
    add(await checkRedis(redis.url, redis.how, config.namespace))
  }
  const connected =
    config.kafka === undefined ? await embedded(life, config, redis, add) : await kafka(life, config, add)
  if (connected.log !== undefined) add(await checkTopics(connected.log, config, snapshotMs))
  if (connected.schemas !== undefined) add(await checkSchemas(connected.schemas))
  if (connected.log !== undefined) add(await checkFlow(connected.log, config.namespace))
  if (redis !== undefined) add(checkIdentityKey(context.env, await isExample(life, config, redis)))
}

async function locate(
  { env, cwd, note }: Context,
  { namespace }: PlatformConfig,
  add: Add,
): Promise<LocatedRedis | undefined> {
  try {
    return await locateRedis({ env, cwd, namespace, report: (text) => note(`Redis: ${text}`) })
  } catch (error) {
    add(failed('Redis', error, 'Start one, or name one: REDIS_URL=redis://localhost:6379'))
    return undefined
  }
}

type Connected = Readonly<{ log: Log | undefined; schemas: SchemaStore | undefined }>

const NOTHING: Connected = { log: undefined, schemas: undefined }
const quiet = () => createLogger('doctor', { level: 'silent', format: 'json' }, 2)

async function embedded(
  { scope, fatal }: Life,
  config: PlatformConfig,
  redis: LocatedRedis | undefined,
  add: Add,
): Promise<Connected> {
  if (redis === undefined) return NOTHING
  try {
    const deps = { logger: quiet(), metrics: createMetrics(), fatal }
    const platform = await connectPlatform(
      { ...config, redisUrl: redis.url, redisDeadlineMs: PATIENCE_MS },
      scope,
      deps,
    )
    add(ok('Log', 'embedded: Redis Streams'))
    return platform
  } catch (error) {
    add(failed('Log', error, 'See above for Redis.'))
    return NOTHING
  }
}

async function kafka({ scope }: Life, { kafka: servers }: PlatformConfig, add: Add): Promise<Connected> {
  if (servers === undefined) return NOTHING
  const deps = { logger: quiet(), metrics: createMetrics(), signal: scope.signal }
  const log = await attempt('Kafka', add, `${servers.cluster.brokers.join(', ')} answers`, () =>
    connectKafkaLog({ ...servers.cluster, createTopics: false, startDeadlineMs: PATIENCE_MS }, deps),
  )
  if (log !== undefined) scope.adopt(log, (held) => held.close())
  const schemas = await attempt('Registry', add, `${servers.registry.url} answers`, () =>
    connectSchemaRegistry({ ...servers.registry, startDeadlineMs: PATIENCE_MS }, deps),
  )
  return { log, schemas }
}

async function attempt<T>(name: string, add: Add, good: string, connect: () => Promise<T>): Promise<T | undefined> {
  try {
    const connected = await connect()
    add(ok(name, good))
    return connected
  } catch (error) {
    add(failed(name, error, 'See its own log.'))
    return undefined
  }
}

async function isExample({ scope, fatal }: Life, config: PlatformConfig, redis: LocatedRedis): Promise<boolean> {
  const deps = { logger: quiet(), metrics: createMetrics(), fatal }
  const platform = await connectPlatform({ ...config, kafka: undefined, redisUrl: redis.url }, scope, deps).catch(
    () => undefined,
  )
  return platform !== undefined && (await platform.redis('command').exists(exampleKey(config.namespace))) === 1
}

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const

function line({ name, status, detail, remedy }: Check, { style }: Context): string {
  const paint = { ok: style.green, warn: style.yellow, fail: style.red }[status]
  const advice = remedy === undefined ? '' : `\n  ${' '.repeat(16)}${style.dim(`→ ${remedy}`)}`
  return `${paint(MARKS[status])} ${name.padEnd(15)} ${detail}${advice}`
}
