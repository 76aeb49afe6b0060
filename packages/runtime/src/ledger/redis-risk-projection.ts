import { memberKey, partitionFor } from '@perennial/member'
import type { MemberRiskV1 } from '@perennial/streams'
import type { Redis } from 'ioredis'
import { riskListKeys } from '../redis/keys.ts'
import { defineScript, type ScriptArgument } from '../redis/script.ts'
import type { ListedBand, RiskProjection } from './risk-projection.ts'

/** Values of one script call: more keeps other callers of Redis waiting. */
const MOST_PER_SCRIPT = 500

/**
 * KEYS  1 hash, member → `version|risk as JSON` · 2 members in medium, 3 in high: sorted sets, by value at risk
 * ARGV  per risk: member · version · band ('' = not on the list) · value at risk · risk as JSON
 *
 * Answers how many were not newer than what is on record.
 */
const UPSERT_SCRIPT = `
local seen = 0
for n = 1, #ARGV, 5 do
  local member, version, band = ARGV[n], ARGV[n + 1], ARGV[n + 2]
  local known = redis.call('HGET', KEYS[1], member)
  local before = known and tonumber(string.match(known, '^(%d+)|')) or 0
  if tonumber(version) <= before then
    seen = seen + 1
  elseif band ~= '' then
    redis.call('HSET', KEYS[1], member, version .. '|' .. ARGV[n + 4])
    redis.call('ZREM', band == 'high' and KEYS[2] or KEYS[3], member)
    redis.call('ZADD', band == 'high' and KEYS[3] or KEYS[2], ARGV[n + 3], member)
  elseif known then
    redis.call('HSET', KEYS[1], member, version .. '|')
    redis.call('ZREM', KEYS[2], member)
    redis.call('ZREM', KEYS[3], member)
  end
end
return seen
`

export function createRiskProjection(redis: Redis, namespace: string, partitions: number): RiskProjection {
  const upsert = defineScript(redis, 'riskUpsert', UPSERT_SCRIPT)
  const all = Array.from({ length: partitions }, (_, partition) => riskListKeys(namespace, partition))

  return {
    async versions(partition, memberIds) {
      if (memberIds.length === 0) return []
      const stored = await redis.hmget(riskListKeys(namespace, partition).members, ...memberIds)
      return stored.map((text) => (text === null ? undefined : Number(text.slice(0, text.indexOf('|')))))
    },

    async upsert(partition, risks) {
      const { members, medium, high } = riskListKeys(namespace, partition)
      const calls: Promise<unknown>[] = []
      for (let at = 0; at < risks.length; at += MOST_PER_SCRIPT) {
        const part = risks.slice(at, at + MOST_PER_SCRIPT)
        calls.push(upsert([members, medium, high], part.flatMap(upsertArguments)))
      }
      return (await Promise.all(calls)).reduce((sum: number, seen) => sum + Number(seen), 0)
    },

    async get(memberId) {
      const { members } = riskListKeys(namespace, partitionFor(memberKey(memberId), partitions))
      return parse(await redis.hget(members, memberId))
    },

    async forget(partition, memberIds) {
      if (memberIds.length === 0) return 0
      const { members, medium, high } = riskListKeys(namespace, partition)
      const [, , known] = await Promise.all([
        redis.zrem(medium, ...memberIds),
        redis.zrem(high, ...memberIds),
        redis.hdel(members, ...memberIds),
      ])
      return known
    },

    top: (band, page) => topOf(redis, all, band, page),

    async count(band) {
      const counts = await Promise.all(all.map((keys) => redis.zcard(keys[band])))
      return counts.reduce((sum, count) => sum + count, 0)
    },
  }
}

type ListKeys = ReturnType<typeof riskListKeys>

/** Each partition's best, merged: nothing here ever lists all members. */
async function topOf(
  redis: Redis,
  all: readonly ListKeys[],
  band: ListedBand,
  { limit, offset = 0 }: Readonly<{ limit: number; offset?: number }>,
): Promise<MemberRiskV1[]> {
  const best = await Promise.all(
    all.map(async (keys) => {
      const found = await redis.zrevrange(keys[band], 0, offset + limit - 1, 'WITHSCORES')
      return pairs(found).map(({ member, score }) => ({ keys, member, score }))
    }),
  )
  const page = best
    .flat()
    .toSorted((a, b) => b.score - a.score || (a.member < b.member ? -1 : 1))
    .slice(offset, offset + limit)
  const stored = await Promise.all(page.map(({ keys, member }) => redis.hget(keys.members, member)))
  return stored.map(parse).filter((risk) => risk !== undefined)
}

function upsertArguments(risk: MemberRiskV1): ScriptArgument[] {
  const band = listed(risk)
  if (band === undefined) return [risk.memberId, risk.version, '', 0, '']
  // Where no dues are known all values are 0: then the risk itself is the order. It weighs less than a cent otherwise.
  return [risk.memberId, risk.version, band, risk.valueAtRisk + risk.lapseRisk / 1_000, JSON.stringify(risk)]
}

/** The band a member is listed in; lapsed members are at risk no more. */
export function listed({ band, status }: Pick<MemberRiskV1, 'band' | 'status'>): ListedBand | undefined {
  return band === 'low' || status === 'lapsed' ? undefined : band
}

function parse(stored: string | null): MemberRiskV1 | undefined {
  const json = stored?.slice(stored.indexOf('|') + 1) ?? ''
  return json === '' ? undefined : (JSON.parse(json) as MemberRiskV1)
}

function pairs(withScores: readonly string[]): { member: string; score: number }[] {
  const list = []
  for (let n = 0; n < withScores.length; n += 2)
    list.push({ member: withScores[n] ?? '', score: Number(withScores[n + 1]) })
  return list
}
