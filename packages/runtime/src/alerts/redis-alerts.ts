import type { Redis } from 'ioredis'
import { alertKeys } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'
import { FORGET_SCRIPT, PUT_SCRIPT } from './alert-scripts.ts'
import { type Alert, type AlertQuery, type Alerts, alertStateAt, changedAlert, recoveredAlert } from './alerts.ts'

/** Closed alerts are kept for a membership year and a little more, for whoever asks what came of them. */
const CLOSED_KEPT_MS = 400 * 24 * 3_600_000
/** Alerts read at a time while looking for those that were asked for. */
const PAGE = 500

export function createAlerts(redis: Redis, namespace: string): Alerts {
  const put = defineScript(redis, 'alertPut', PUT_SCRIPT)
  const { alerts, open, closed, members: names } = alertKeys(namespace)
  const keys = [alerts, open, closed, names]
  const members = ofMembers(redis, namespace)

  async function write(before: string, alert: Alert): Promise<boolean> {
    const isOpen = alert.state !== 'closed'
    const at = isOpen ? alert.dueAt : (alert.changedAt ?? 0)
    const { id, memberId } = alert
    const list = isOpen ? 'open' : 'closed'
    const args = [id, before, JSON.stringify(alert), list, at, at - CLOSED_KEPT_MS, nameOf(memberId, id)]
    return (await put(keys, args)) === 1
  }

  /** Until nobody was quicker; undefined: there is none, or it is not to be changed. */
  async function rewrite(id: string, change: (alert: Alert) => Alert | undefined): Promise<Alert | undefined> {
    for (;;) {
      const before = await redis.hget(alerts, id)
      const alert = parse(before)
      if (alert === undefined) return undefined
      const after = change(alert)
      if (after === undefined || after === alert || (await write(before ?? '', after))) return after
    }
  }

  const get: Alerts['get'] = async (id) => parse(await redis.hget(alerts, id))

  return {
    get,
    open: async (alert) => void (await write('', alert)),

    list: (query) => listed(redis, alertKeys(namespace), query),

    ...members,

    change: (id, change) => rewrite(id, (alert) => changedAlert(alert, change)),

    async recovered(memberId, recovery) {
      const own = await members.ofMember(memberId)
      const after = await Promise.all(own.map(({ id }) => rewrite(id, (alert) => recoveredAlert(alert, recovery))))
      return after.filter((alert) => alert !== undefined)
    },
  }
}

async function listed(
  redis: Redis,
  { alerts, open, closed }: Pick<ReturnType<typeof alertKeys>, 'alerts' | 'open' | 'closed'>,
  { owner, states, now, limit }: AlertQuery,
): Promise<Alert[]> {
  const found: Alert[] = []
  const isWanted = (alert: Alert) =>
    states.includes(alertStateAt(alert, now)) && (owner === undefined || alert.owner === owner)
  for (const index of states.includes('closed') ? [open, closed] : [open])
    for (let from = 0; found.length < limit; from += PAGE) {
      const ids = await redis.zrange(index, from, from + PAGE - 1)
      if (ids.length === 0) break
      const page = (await redis.hmget(alerts, ...ids)).map(parse).filter((alert) => alert !== undefined)
      found.push(...page.filter(isWanted))
    }
  return found.slice(0, limit)
}

/** What is asked about one member's alerts. */
function ofMembers(redis: Redis, namespace: string): Pick<Alerts, 'ofMember' | 'forget'> {
  const forget = defineScript(redis, 'alertForget', FORGET_SCRIPT)
  const { alerts, open, closed, members } = alertKeys(namespace)

  async function idsOf(memberId: string): Promise<string[]> {
    const names = await redis.zrangebylex(members, `[${nameOf(memberId, '')}`, `(${memberId}\u0001`)
    return names.map((name) => name.slice(memberId.length + 1))
  }

  return {
    async ofMember(memberId) {
      const ids = await idsOf(memberId)
      if (ids.length === 0) return []
      const found = (await redis.hmget(alerts, ...ids)).map(parse).filter((alert) => alert !== undefined)
      return found.toSorted((a, b) => b.openedAt - a.openedAt)
    },

    async forget(memberId) {
      const ids = await idsOf(memberId)
      await forget(
        [alerts, open, closed, members],
        ids.flatMap((id) => [nameOf(memberId, id), id]),
      )
      return ids.length
    },
  }
}

/** Ids hold no zero byte, and no member id does. */
function nameOf(memberId: string, id: string): string {
  return `${memberId}\u0000${id}`
}

function parse(stored: string | null): Alert | undefined {
  return stored === null ? undefined : (JSON.parse(stored) as Alert)
}
