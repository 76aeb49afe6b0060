import {
  connectPlatform,
  createLogger,
  createMetrics,
  type Env,
  locateRedis,
  type LoggerConfig,
  type Platform,
  readEnv,
  readLoggerConfig,
  readPlatformConfig,
} from '@perennial/runtime'
import type { Context } from './context.ts'
import type { Life } from './lifecycle.ts'

type Needs = Readonly<{
  /** False: Redis alone, so that a question can be answered while the brokers are away. */
  log: boolean
  /** Say which Redis it is. */
  say?: boolean
}>

/** Connects to what the settings name, with Redis found or started where they name none. */
export async function connect(context: Context, life: Life, { log, say = false }: Needs): Promise<Platform> {
  const { env, cwd } = context
  const config = readPlatformConfig(env)
  const logger = createLogger('perennial', readQuietLogger(env), 2)
  const { namespace } = config
  const redis = await locateRedis({ env, cwd, namespace, report: (line) => context.note(`Redis: ${line}`) })
  life.scope.adopt(redis, (held) => held.stop())
  if (say) context.note(`Redis: ${redis.how}; everything of ours begins with "${namespace}".`)
  const { kafka, ...rest } = config
  const platformConfig = { ...rest, kafka: log ? kafka : undefined, redisUrl: redis.url }
  return connectPlatform(platformConfig, life.scope, { logger, metrics: createMetrics(), fatal: life.fatal })
}

/** A command's answer is what people look at: by itself it logs only what needs somebody. */
function readQuietLogger(env: Env): LoggerConfig {
  return readEnv({ LOG_LEVEL: 'warn', LOG_FORMAT: process.stderr.isTTY ? 'pretty' : 'json', ...env }, readLoggerConfig)
}
