import { idHash } from '@perennial/member'
import type { Redis } from 'ioredis'
import { shadowKeys } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'

/** One member as two models see him: the current one, and the one that only runs beside it. */
export type Comparison = Readonly<{
  memberId: string
  /** 0..1 */
  current: number
  shadow: number
  /** 0 none, 1 low, 2 medium, 3 high. */
  currentBand: number
  /** The band he would be in, were the shadow promoted now. */
  shadowBand: number
}>

/**
 * What a shadow model says of members, beside the current one, for a sample of them: those whose ids hash lowest, up
 * to a number. So the sample is even, the same for whoever writes, and holds each member once, as last scored.
 */
export interface ShadowStore {
  /** False: the member is not in the sample, and need not be noted. */
  wants(partition: number, memberId: string): boolean
  note(partition: number, shadowId: string, comparisons: readonly Comparison[]): Promise<void>
  all(shadowId: string): Promise<Comparison[]>
  /** Removes what is known of a member. */
  forget(partition: number, shadowId: string, memberId: string): Promise<void>
}

/** Of the whole deployment: Spearman's correlation to ± 0.007. */
const MOST = 20_000
const LEAST_PER_PARTITION = 50
/** A shadow that is not scored by any more is forgotten. */
const KEEP_MS = 30 * 24 * 3_600_000

/**
 * KEYS  1 hash: member → comparison as JSON · 2 sorted set: member → hash of the id
 * ARGV  1 most · 2 keep in ms · triples of member, hash, comparison
 *
 * Answers the highest hash that still has a place, '' while there is room.
 */
const NOTE_SCRIPT = `
for n = 3, #ARGV, 3 do
  redis.call('HSET', KEYS[1], ARGV[n], ARGV[n + 2])
  redis.call('ZADD', KEYS[2], ARGV[n + 1], ARGV[n])
end
for _, member in ipairs(redis.call('ZRANGE', KEYS[2], tonumber(ARGV[1]), -1)) do
  redis.call('HDEL', KEYS[1], member)
  redis.call('ZREM', KEYS[2], member)
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
if redis.call('ZCARD', KEYS[2]) < tonumber(ARGV[1]) then return '' end
return redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
`

export function createShadowStore(redis: Redis, namespace: string, partitions: number): ShadowStore {
  const note = defineScript(redis, 'shadowNote', NOTE_SCRIPT)
  const most = Math.max(LEAST_PER_PARTITION, Math.ceil(MOST / partitions))
  /** By partition, the highest hash that has a place, for the shadow noted last. */
  const limits = new Map<number, number>()
  let noting = ''
  const keysOf = (partition: number, shadowId: string) => shadowKeys(namespace, partition, idHash(shadowId).lo)
  return {
    wants: (partition, memberId) => idHash(memberId).lo <= (limits.get(partition) ?? Infinity),

    async note(partition, shadowId, comparisons) {
      if (shadowId !== noting) limits.clear()
      noting = shadowId
      if (comparisons.length === 0) return
      const { comparisons: hash, ranks } = keysOf(partition, shadowId)
      const args = comparisons.flatMap((one) => [one.memberId, idHash(one.memberId).lo, JSON.stringify(one)])
      const limit = String(await note([hash, ranks], [most, KEEP_MS, ...args]))
      if (limit !== '') limits.set(partition, Number(limit))
    },

    async all(shadowId) {
      const stored = await Promise.all(
        Array.from({ length: partitions }, (_, partition) => redis.hvals(keysOf(partition, shadowId).comparisons)),
      )
      return stored.flat().map((json) => JSON.parse(json) as Comparison)
    },

    async forget(partition, shadowId, memberId) {
      const { comparisons: hash, ranks } = keysOf(partition, shadowId)
      await Promise.all([redis.hdel(hash, memberId), redis.zrem(ranks, memberId)])
    },
  }
}
