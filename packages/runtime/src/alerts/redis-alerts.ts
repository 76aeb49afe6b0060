import type { Redis } from 'ioredis'
import { alertKeys } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'
import { type Alert, type Alerts, alertStateAt, changedAlert } from './alerts.ts'

/** Closed alerts are kept for a membership year and a little more, for whoever asks what came of them. */
const CLOSED_KEPT_MS = 400 * 24 * 3_600_000
/** Alerts read at a time while looking for those that were asked for. */
const PAGE = 500

/**
 * KEYS  1 alerts: hash, id → JSON · 2 open: sorted set, id → when due · 3 closed: sorted set, id → when closed
 * ARGV  1 id · 2 what it is taken to be now ('' = nothing) · 3 the new one · 4 'open' or 'closed' · 5 due, or when closed · 6 closed before then go
 *
 * Answers 1, or 0 when it is another by now: whoever changed it came first.
 */
const PUT_SCRIPT = `
local known = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if known ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if ARGV[4] == 'open' then
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[1])
  return 1
end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ARGV[6], 'LIMIT', 0, 100)) do
  redis.call('HDEL', KEYS[1], old)
  redis.call('ZREM', KEYS[3], old)
end
return 1
`

export function createAlerts(redis: Redis, namespace: string): Alerts {
  const put = defineScript(redis, 'alertPut', PUT_SCRIPT)
  const { alerts, open, closed } = alertKeys(namespace)

  async function write(before: string, alert: Alert): Promise<boolean> {
    const isOpen = alert.state !== 'closed'
    const at = isOpen ? alert.dueAt : (alert.changedAt ?? 0)
    const args = [alert.id, before, JSON.stringify(alert), isOpen ? 'open' : 'closed', at, at - CLOSED_KEPT_MS]
    return (await put([alerts, open, closed], args)) === 1
  }

  const get: Alerts['get'] = async (id) => parse(await redis.hget(alerts, id))

  return {
    get,
    open: async (alert) => void (await write('', alert)),

    async list({ owner, states, now, limit }) {
      const found: Alert[] = []
      for (const index of states.includes('closed') ? [open, closed] : [open])
        for (let from = 0; found.length < limit; from += PAGE) {
          const ids = await redis.zrange(index, from, from + PAGE - 1)
          if (ids.length === 0) break
          const page = (await redis.hmget(alerts, ...ids)).map(parse).filter((alert) => alert !== undefined)
          found.push(
            ...page.filter(
              (alert) => states.includes(alertStateAt(alert, now)) && (owner === undefined || alert.owner === owner),
            ),
          )
        }
      return found.slice(0, limit)
    },

    async change(id, change) {
      for (;;) {
        const before = await redis.hget(alerts, id)
        const alert = parse(before)
        if (alert === undefined) return undefined
        const after = changedAlert(alert, change)
        if (after === alert || (await write(before ?? '', after))) return after
      }
    },
  }
}

function parse(stored: string | null): Alert | undefined {
  return stored === null ? undefined : (JSON.parse(stored) as Alert)
}
