import { closeRedis, createLogger, openRedis, type Redis, redisProblems } from '@perennial/runtime'
import { type Check, fail, ok, warn } from './check.ts'

/** A clock this far off makes scores and due times of two machines disagree by as much. */
const LARGEST_SKEW_MS = 2_000

/** Version, settings, persistence, memory and clock of the Redis at this address, which is known to answer. */
export async function checkRedis(url: string, how: string, namespace: string): Promise<readonly Check[]> {
  const redis = openRedis(url, 'command', createLogger('doctor', { level: 'silent', format: 'json' }, 2))
  try {
    const info = await redis.info()
    const version = field(info, 'redis_version')
    const problems = await redisProblems(redis, namespace, info)
    return [
      ok('Redis', `${version}, ${how}`),
      ...problems.map(({ problem, remedy }) => fail('Redis settings', problem, remedy)),
      ...(problems.length === 0 ? [ok('Redis settings', 'new enough, evicts nothing, layout is ours')] : []),
      persistence(info),
      memory(info),
      await clock(redis),
    ]
  } finally {
    await closeRedis(redis)
  }
}

function persistence(info: string): Check {
  if (field(info, 'aof_enabled') === '1') {
    return field(info, 'aof_last_write_status') === 'err'
      ? fail(
          'Persistence',
          'the append-only file cannot be written',
          'Look for a full disk: redis-cli info persistence',
        )
      : ok('Persistence', 'append-only file, so at most the last second can be lost')
  }
  return warn(
    'Persistence',
    'there is no append-only file: what came in since the last snapshot is lost when Redis stops',
    'redis-cli config set appendonly yes (and put it into redis.conf). Without it the state is rebuilt from the log, if that is Kafka.',
  )
}

function memory(info: string): Check {
  const used = Number(field(info, 'used_memory') ?? 0)
  const most = Number(field(info, 'maxmemory') ?? 0)
  const mega = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`
  if (most === 0) return ok('Memory', `${mega(used)} used, no limit set`)
  const share = used / most
  const detail = `${mega(used)} of ${mega(most)} used`
  return share < 0.8
    ? ok('Memory', detail)
    : warn('Memory', detail, 'At the limit every write is refused: raise maxmemory, or add memory.')
}

async function clock(redis: Redis): Promise<Check> {
  const before = Date.now()
  const [seconds, micros] = await redis.time()
  const here = (before + Date.now()) / 2
  const skew = Math.round(Number(seconds) * 1_000 + Number(micros) / 1_000 - here)
  if (Math.abs(skew) <= LARGEST_SKEW_MS) return ok('Clock', `within ${Math.max(1, Math.abs(skew))} ms of that of Redis`)
  const detail = `the clock of Redis is ${Math.abs(skew)} ms ${skew > 0 ? 'ahead' : 'behind'}`
  return fail('Clock', detail, 'Let both machines set their clocks by NTP: timedatectl set-ntp true')
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
}
