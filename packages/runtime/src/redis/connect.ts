import { Redis, type RedisOptions } from 'ioredis'
import type { Logger } from 'pino'
import { Fault, messageOf } from '../fault.ts'
import { atMost, pause } from '../log/wait.ts'
import type { RedisRole } from '../ports.ts'

/** Until the first line that says we are waiting, and between two of them, in ms. */
const FIRST_NOTICE_MS = 1_000
const NOTICE_MS = 5_000
/** Longer than a restart of Redis with its data on disk usually takes; then the caller decides. */
const COMMAND_TIMEOUT_MS = 15_000
/** A fenced commit that takes longer is as good as lost; it is tried again and recognised by its token. */
const COMMIT_TIMEOUT_MS = 10_000
const QUIT_MS = 2_000

const COMMON: RedisOptions = {
  connectTimeout: 5_000,
  keepAlive: 30_000,
  // ioredis 5.11 does not catch its own resubscription: a connection that breaks in it would end the process.
  autoResubscribe: false,
  retryStrategy: (times) => Math.min(2_000, 50 * times) * (0.75 + Math.random() / 2),
}

/**
 * - `command`: waits for Redis to come back, up to 15 s, and throws then.
 * - `blocking`: waits for ever, as BullMQ's workers and subscriptions must.
 * - `commit`: refuses at once while there is no connection, so that an outage shows; throws after 10 s.
 *
 * All resend what was under way when a connection broke (ioredis's default): switched off, ioredis 5.11 leaves the
 * callers of those commands waiting for ever. So a command may be applied twice, and what must not be has to
 * recognise its repetition: a token in the fenced commit, a lane in an append of the embedded log.
 */
const BY_ROLE: Readonly<Record<RedisRole, RedisOptions>> = {
  command: { commandTimeout: COMMAND_TIMEOUT_MS, maxRetriesPerRequest: 20 },
  blocking: { maxRetriesPerRequest: null },
  commit: { commandTimeout: COMMIT_TIMEOUT_MS, maxRetriesPerRequest: 3, enableOfflineQueue: false },
}

/** A new connection. Its troubles are logged once each time they begin and end. */
export function openRedis(url: string, role: RedisRole, logger: Logger): Redis {
  const redis = new Redis(url, { ...COMMON, ...BY_ROLE[role], connectionName: `perennial-${role}` })
  let down = false
  redis.on('error', (error: unknown) => {
    if (!down) logger.warn({ role }, `Redis is out of reach, trying again: ${messageOf(error)}`)
    down = true
  })
  redis.on('ready', () => {
    if (down) logger.info({ role }, 'Redis is back')
    down = false
  })
  return redis
}

/** Closes a connection: in order when it stands, at once when not. */
export async function closeRedis(redis: Redis): Promise<void> {
  if (redis.status === 'ready')
    await atMost(
      redis.quit().catch(() => undefined),
      QUIT_MS,
    )
  redis.disconnect()
}

/** Resolves when the connection can be used. A `commit` connection refuses everything before. */
export async function whenReady(redis: Redis, signal?: AbortSignal): Promise<void> {
  while (redis.status !== 'ready') {
    if (!(await pause(20, signal))) throw new Fault('redis/stopped', 'Stopped while waiting for Redis.')
  }
}

type Waiting = Readonly<{ url: string; deadlineMs: number; logger: Logger; signal: AbortSignal }>

/** Waits for a first answer, saying so every few seconds; a clear Fault after the deadline or a refusal. */
export async function waitForRedis(redis: Redis, { url, deadlineMs, logger, signal }: Waiting): Promise<void> {
  const where = withoutPassword(url)
  const since = Date.now()
  let noticedAt = since + FIRST_NOTICE_MS - NOTICE_MS
  let reason = 'no answer'
  const note = (error: unknown) => (reason = messageOf(error))
  redis.on('error', note)
  try {
    while (redis.status !== 'ready') {
      if (/^(NOAUTH|WRONGPASS|NOPERM|ERR invalid password)/.test(reason)) {
        throw new Fault(
          'redis/refused',
          `Redis at ${where} refuses us: ${reason}. Put user and password into REDIS_URL.`,
        )
      }
      if (Date.now() - since > deadlineMs) {
        const seconds = Math.round(deadlineMs / 1_000)
        const advice = 'Start it, or point REDIS_URL at one. Example: REDIS_URL=redis://localhost:6379'
        throw new Fault('redis/unreachable', `No Redis at ${where} after ${seconds} s: ${reason}. ${advice}`, {
          retriable: true,
        })
      }
      if (Date.now() - noticedAt >= NOTICE_MS) {
        logger.warn(`Waiting for Redis at ${where} (REDIS_URL): ${reason}`)
        noticedAt = Date.now()
      }
      if (!(await pause(50, signal))) throw new Fault('redis/stopped', 'Stopped while waiting for Redis.')
    }
  } finally {
    redis.off('error', note)
  }
}

function withoutPassword(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? url : `${parsed.protocol}//${parsed.host}`
}
