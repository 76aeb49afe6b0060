import type { Redis } from 'ioredis'
import { noticesKey } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'
import type { Notices, Told } from './notices.ts'

/**
 * KEYS  1 notices: hash, name → period and until as JSON
 * ARGV  1 name · 2 period · 3 both as JSON
 *
 * Periods are days such as 2026-11-23, which compare as text.
 */
const TOLD_SCRIPT = `
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and cjson.decode(known).period >= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`

export function createNotices(redis: Redis, namespace: string): Notices {
  const told = defineScript(redis, 'noticesTold', TOLD_SCRIPT)
  const key = noticesKey(namespace)
  return {
    async last(name) {
      const stored = await redis.hget(key, name)
      return stored === null ? undefined : (JSON.parse(stored) as Told)
    },
    async told(name, { period, until }) {
      await told([key], [name, period, JSON.stringify({ period, until })])
    },
  }
}
