import type { EpochMs } from '@perennial/member'
import type { Redis } from 'ioredis'
import { outcomeKeys } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'

/** How one prediction about one member came out. */
export type OutcomeRecord = Readonly<{
  memberId: string
  /** What it was about: the renewal of a term, having left within a window, no activity within a window. */
  about: 'term' | 'leaving' | 'silence'
  /** The end of the term, or the beginning of the window: with the member and `about` it names the prediction. */
  saidAt: EpochMs
  outcome: 'lapsed' | 'expired' | 'silent' | 'renewed' | 'stayed' | 'active'
  at: EpochMs
  /** The model that made the prediction, its band and risk (0..1), as last made known. */
  modelId: string
  band: 'low' | 'medium' | 'high'
  risk: number
  /** What the shadow model would have said. */
  shadow?: Readonly<{ modelId: string; risk: number }>
  /** Whether it came out while facts came in as they happened, or was found in history that was folded later. */
  live: boolean
}>

/** Whether the member was lost. */
export function isLapse({ outcome }: Pick<OutcomeRecord, 'outcome'>): boolean {
  return outcome === 'lapsed' || outcome === 'expired' || outcome === 'silent'
}

/** The latest outcomes of a deployment, each prediction once, bounded by age and number. */
export interface OutcomeStore {
  /** Answers how many were new: the same prediction comes out once, however often it is told. */
  record(partition: number, records: readonly OutcomeRecord[]): Promise<number>
  all(): Promise<OutcomeRecord[]>
  ofMember(partition: number, memberId: string): Promise<OutcomeRecord[]>
  /** Removes what is known of a member: a person who asks to be erased is in here too. */
  forget(partition: number, memberId: string): Promise<void>
}

/** Kept of the whole deployment: enough for an AUC to ± 0.005, and some 20 MB. */
const MOST = 100_000
/** However many partitions there are. */
const LEAST_PER_PARTITION = 200
const AGE_MS = 3 * 365 * 24 * 3_600_000

/**
 * KEYS  1 hash: prediction → record as JSON · 2 sorted set: prediction → when it came out
 * ARGV  1 age in ms · 2 most · triples of prediction, time, record
 */
const RECORD_SCRIPT = `
local fresh = 0
for n = 3, #ARGV, 3 do
  if redis.call('HSETNX', KEYS[1], ARGV[n], ARGV[n + 2]) == 1 then
    redis.call('ZADD', KEYS[2], ARGV[n + 1], ARGV[n])
    fresh = fresh + 1
  end
end
local function drop(ids)
  for _, id in ipairs(ids) do
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
  end
end
local latest = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
if latest then
  local oldest = string.format('(%.0f', tonumber(latest) - tonumber(ARGV[1]))
  drop(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', oldest, 'LIMIT', 0, 1000))
end
drop(redis.call('ZRANGE', KEYS[2], 0, -1 - tonumber(ARGV[2])))
return fresh
`

export function createOutcomeStore(redis: Redis, namespace: string, partitions: number): OutcomeStore {
  const record = defineScript(redis, 'outcomesRecord', RECORD_SCRIPT)
  const most = Math.max(LEAST_PER_PARTITION, Math.ceil(MOST / partitions))
  const keysOf = (partition: number) => outcomeKeys(namespace, partition)
  const namesOf = async (partition: number, memberId: string) => {
    const names = await redis.zrange(keysOf(partition).times, 0, -1)
    return names.filter(
      (name) => name.startsWith(`${memberId}|`) && name.lastIndexOf('|', name.lastIndexOf('|') - 1) === memberId.length,
    )
  }
  return {
    async record(partition, records) {
      const { records: hash, times } = keysOf(partition)
      const args = records.flatMap((one) => [nameOf(one), one.at, JSON.stringify(one)])
      return Number(await record([hash, times], [AGE_MS, most, ...args]))
    },

    async all() {
      const stored = await Promise.all(
        Array.from({ length: partitions }, (_, partition) => redis.hvals(keysOf(partition).records)),
      )
      return stored.flat().map((json) => JSON.parse(json) as OutcomeRecord)
    },

    async ofMember(partition, memberId) {
      const own = await namesOf(partition, memberId)
      if (own.length === 0) return []
      const stored = await redis.hmget(keysOf(partition).records, ...own)
      return stored.flatMap((json) => (json === null ? [] : [JSON.parse(json) as OutcomeRecord]))
    },

    async forget(partition, memberId) {
      const { records: hash, times } = keysOf(partition)
      const own = await namesOf(partition, memberId)
      if (own.length > 0) await Promise.all([redis.hdel(hash, ...own), redis.zrem(times, ...own)])
    },
  }
}

/** Member ids may hold a '|', the other two parts do not. */
function nameOf({ memberId, about, saidAt }: OutcomeRecord): string {
  return `${memberId}|${about}|${saidAt}`
}
