import { Redis } from 'ioredis'
import { layoutKey } from './keys.ts'

/** Version of all keys together; a Redis that holds another one under our namespace is not touched. */
export const REDIS_LAYOUT = '1'

/** Streams, sorted sets and scripts as used here exist since then. */
const OLDEST = [6, 2] as const

const PATIENCE_MS = 2000

export type RedisProblem = Readonly<{ problem: string; remedy: string }>

export type RedisAnswer =
  | Readonly<{ kind: 'silent' }>
  | Readonly<{ kind: 'loading' }>
  | Readonly<{ kind: 'refused'; why: string }>
  | Readonly<{ kind: 'answered'; version: string; problems: readonly RedisProblem[] }>

/**
 * Connects, looks and goes: whether something that speaks Redis answers at this address, and what makes it unfit
 * for this deployment. `refused` is an answer in Redis's language that does not let us in (a password is missing).
 */
export async function askRedis(url: string, namespace: string): Promise<RedisAnswer> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    enableReadyCheck: false,
  })
  // The failure is reported by the calls below; without a listener ioredis prints it.
  redis.on('error', () => {})
  try {
    await redis.connect()
    const info = await redis.info()
    return {
      kind: 'answered',
      version: field(info, 'redis_version') ?? '',
      problems: await redisProblems(redis, namespace, info),
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (message.startsWith('LOADING')) return { kind: 'loading' }
    return /^(NOAUTH|WRONGPASS|NOPERM|ERR invalid password|DENIED)/.test(message)
      ? { kind: 'refused', why: message }
      : { kind: 'silent' }
  } finally {
    redis.disconnect()
  }
}

/** What makes this Redis unfit: too old, allowed to throw keys away, or holding another layout under our namespace. */
export async function redisProblems(redis: Redis, namespace: string, info?: string): Promise<readonly RedisProblem[]> {
  const text = info ?? (await redis.info())
  const problems = [tooOld(text), evicting(text), await otherLayout(redis, namespace)]
  return problems.filter((problem) => problem !== undefined)
}

function tooOld(info: string): RedisProblem | undefined {
  const version = field(info, 'redis_version') ?? '0'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined
  return {
    problem: `it is Redis ${version}; Perennial needs ${OLDEST.join('.')} or later`,
    remedy: 'update it, or name a newer one: REDIS_URL=redis://localhost:6380',
  }
}

function evicting(info: string): RedisProblem | undefined {
  const policy = field(info, 'maxmemory_policy')
  if ((field(info, 'maxmemory') ?? '0') === '0' || policy === undefined || policy === 'noeviction') return undefined
  return {
    problem: `it throws keys away when its memory is full (maxmemory-policy is ${policy})`,
    remedy:
      'run `redis-cli config set maxmemory-policy noeviction` on it (and put it into redis.conf), or name one that is no cache: REDIS_URL=redis://localhost:6380',
  }
}

async function otherLayout(redis: Redis, namespace: string): Promise<RedisProblem | undefined> {
  const layout = await redis.get(layoutKey(namespace))
  if (layout === null || layout === REDIS_LAYOUT) return undefined
  return {
    problem: `it holds layout ${layout} under the namespace "${namespace}"; this version reads layout ${REDIS_LAYOUT}`,
    remedy: `use another namespace (PERENNIAL_NAMESPACE=${namespace}-${REDIS_LAYOUT}; the state is built anew from the log), or the version of Perennial that wrote it`,
  }
}

const field = (info: string, name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
