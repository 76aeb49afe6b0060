import type { Redis } from 'ioredis'
import { quotaKeys } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'
import { fingerprint } from './ids.ts'
import type { Quota, QuotaAsk, Quotas, QuotaState } from './quotas.ts'

/*
 * KEYS  1 places: sorted set, id by when it was taken · 2 asked: sorted set, id by when it first asked
 *       3 worth: sorted set, id by what is at stake
 * ARGV  1 id · 2 now · 3 window in ms · 4 most · 5 worth, '' = all are alike
 */
const SHARED = `
local id, at, within, most, worth = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local since = string.format('%.0f', at - within)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', since)
for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', since, 'LIMIT', 0, 1000)) do
  redis.call('ZREM', KEYS[2], old)
  redis.call('ZREM', KEYS[3], old)
end
local function above()
  if worth == '' then return 0 end
  return redis.call('ZCOUNT', KEYS[3], '(' .. worth, '+inf')
end
`

/** Answers taken, above, and 1 where it has a place. */
const VIEW_SCRIPT = `${SHARED}
local mine = redis.call('ZSCORE', KEYS[1], id) and 1 or 0
return { redis.call('ZCARD', KEYS[1]) - mine, above(), mine }
`

/** Answers 2 for a place taken now, 1 for one that was there before, 0 for none. */
const CLAIM_SCRIPT = `${SHARED}
if worth ~= '' then
  redis.call('ZADD', KEYS[2], 'NX', ARGV[2], id)
  redis.call('ZADD', KEYS[3], worth, id)
  redis.call('PEXPIRE', KEYS[2], 2 * within)
  redis.call('PEXPIRE', KEYS[3], 2 * within)
end
if redis.call('ZSCORE', KEYS[1], id) then return 1 end
if redis.call('ZCARD', KEYS[1]) >= most or above() >= most then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], id)
redis.call('PEXPIRE', KEYS[1], 2 * within)
return 2
`

/** Quotas in Redis, three keys each at most; names are hashed, for the name of a colleague may be one. */
export function createQuotas(redis: Redis, namespace: string): Quotas {
  const view = defineScript(redis, 'quotaView', VIEW_SCRIPT)
  const claim = defineScript(redis, 'quotaClaim', CLAIM_SCRIPT)
  const keysOf = ({ name }: Quota) => {
    const { places, asked, worth } = quotaKeys(namespace, fingerprint(name))
    return [places, asked, worth] as const
  }
  const argumentsOf = ({ id, at }: QuotaAsk, { withinMs, most, worth }: Quota) => [id, at, withinMs, most, worth ?? '']

  async function stateOf(ask: QuotaAsk, quota: Quota): Promise<QuotaState> {
    const [taken = 0, above = 0, mine = 0] = (await view(keysOf(quota), argumentsOf(ask, quota))) as number[]
    return { taken, above, mine: mine === 1 }
  }

  async function claimAll(ask: QuotaAsk): Promise<string | undefined> {
    const got: Quota[] = []
    for (const quota of ask.quotas) {
      const answer = await claim(keysOf(quota), argumentsOf(ask, quota))
      if (answer === 2) got.push(quota)
      if (answer !== 0) continue
      await Promise.all(got.map((held) => redis.zrem(keysOf(held)[0], ask.id)))
      return quota.name
    }
    return undefined
  }

  return {
    view: (asks) => Promise.all(asks.map((ask) => Promise.all(ask.quotas.map((quota) => stateOf(ask, quota))))),
    // Sent in order on one connection, so the first quotas of all are asked in order; so are the second ones, for they follow the answers.
    claim: (asks) => Promise.all(asks.map(claimAll)),
  }
}
