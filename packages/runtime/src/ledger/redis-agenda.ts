import type { Redis } from 'ioredis'
import { riskListKeys } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'
import type { Agenda } from './agenda.ts'

/** Values of one script call: more keeps other callers of Redis waiting. */
const MOST_PER_SCRIPT = 500

/**
 * KEYS  1 agenda: sorted set, member → when
 * ARGV  per member: member · the appointment that was kept · the next ('' = none)
 *
 * Times are whole milliseconds below 2^53 and compared as strings: Lua would print them rounded.
 */
const REARM_SCRIPT = `
for n = 1, #ARGV, 3 do
  local at = redis.call('ZSCORE', KEYS[1], ARGV[n])
  if at and string.format('%.0f', tonumber(at)) == ARGV[n + 1] then
    if ARGV[n + 2] == '' then redis.call('ZREM', KEYS[1], ARGV[n])
    else redis.call('ZADD', KEYS[1], ARGV[n + 2], ARGV[n]) end
  end
end
`

export function createAgenda(redis: Redis, namespace: string, partitions: number): Agenda {
  const rearm = defineScript(redis, 'agendaRearm', REARM_SCRIPT)
  const keyOf = (partition: number) => riskListKeys(namespace, partition).agenda

  const filledKeyOf = (partition: number) => riskListKeys(namespace, partition).agendaFilledFor

  return {
    async notice(partition, memberIds, at) {
      if (memberIds.length === 0) return
      await redis.zadd(keyOf(partition), 'LT', ...memberIds.flatMap((id) => [at, id]))
    },

    async due(partition, until, limit) {
      const found = await redis.zrangebyscore(keyOf(partition), '-inf', until, 'WITHSCORES', 'LIMIT', 0, limit)
      return Array.from({ length: found.length / 2 }, (_, n) => ({
        memberId: found[2 * n] ?? '',
        at: Number(found[2 * n + 1]),
      }))
    },

    async rearm(partition, looked) {
      for (let from = 0; from < looked.length; from += MOST_PER_SCRIPT) {
        const part = looked.slice(from, from + MOST_PER_SCRIPT)
        await rearm(
          [keyOf(partition)],
          part.flatMap(({ memberId, at, next }) => [memberId, at, next === undefined ? '' : Math.ceil(next)]),
        )
      }
    },

    forget: async (partition, memberIds) => (memberIds.length === 0 ? 0 : redis.zrem(keyOf(partition), ...memberIds)),

    filledFor: async (partition) => (await redis.get(filledKeyOf(partition))) ?? undefined,
    async markFilled(partition, plays) {
      await redis.set(filledKeyOf(partition), plays)
    },

    async size() {
      const sizes = await Promise.all(Array.from({ length: partitions }, (_, n) => redis.zcard(keyOf(n))))
      return sizes.reduce((sum, size) => sum + size, 0)
    },
  }
}
