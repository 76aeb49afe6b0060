import type { EpochMs } from '@perennial/member'
import type { Redis } from 'ioredis'
import { alertKeys } from '../redis/keys.ts'

/** Longer than a month, so that a monthly digest finds them. */
const KEPT_MS = 35 * 24 * 3_600_000
const MOST = 10_000

/** An alert that the budget of its owner held back. */
export type HeldAlert = Readonly<{
  /** The decision, as the ledger has it. */
  interventionId: string
  memberId: string
  playbook: string
  step: string
  owner: string
  /** Dues at risk. */
  valueAtRisk: number
  heldAt: EpochMs
}>

export type HeldQuery = Readonly<{ owner?: string; since: EpochMs; until: EpochMs }>

/** What did not fit into the budgets of owners: for their digests. */
export interface HeldAlerts {
  /** The same one twice is one. */
  add(alerts: readonly HeldAlert[]): Promise<void>
  /** Most at stake first. One member may be there with several plays, or on several days. */
  list(query: HeldQuery): Promise<HeldAlert[]>
  /** Takes everything about a member out; answers how many. */
  forget(memberId: string): Promise<number>
}

export function createHeldAlerts(redis: Redis, namespace: string): HeldAlerts {
  const key = alertKeys(namespace).held
  return {
    async add(alerts) {
      if (alerts.length === 0) return
      const newest = Math.max(...alerts.map(({ heldAt }) => heldAt))
      // As one text in one order, so that the same alert is the same text.
      await redis.zadd(key, ...alerts.flatMap((alert) => [alert.heldAt, JSON.stringify(inOrder(alert))]))
      await redis.zremrangebyscore(key, '-inf', newest - KEPT_MS)
      await redis.zremrangebyrank(key, 0, -1 - MOST)
    },
    async list({ owner, since, until }) {
      const found = (await redis.zrangebyscore(key, since, `(${until}`)).map((text) => JSON.parse(text) as HeldAlert)
      return mostAtStake(found, owner)
    },
    async forget(memberId) {
      const all = await redis.zrange(key, 0, -1)
      const theirs = all.filter((text) => (JSON.parse(text) as HeldAlert).memberId === memberId)
      return theirs.length === 0 ? 0 : redis.zrem(key, ...theirs)
    },
  }
}

/** Those of an owner, most at stake first. */
export function mostAtStake(alerts: readonly HeldAlert[], owner: string | undefined): HeldAlert[] {
  return alerts
    .filter((alert) => owner === undefined || alert.owner === owner)
    .toSorted((a, b) => b.valueAtRisk - a.valueAtRisk || (a.interventionId < b.interventionId ? -1 : 1))
}

function inOrder(alert: HeldAlert): HeldAlert {
  const { interventionId, memberId, playbook, step, owner, valueAtRisk, heldAt } = alert
  return { interventionId, memberId, playbook, step, owner, valueAtRisk, heldAt }
}
