import { type EpochMs, memberKey, partitionFor } from '@perennial/member'
import type { Redis } from 'ioredis'
import { ledgerKeys, memberLedgerKeys } from '../redis/keys.ts'
import { defineScript, type ScriptArgument } from '../redis/script.ts'
import type { EntryRef, Ledger, LedgerEntry, LedgerTotals } from './ledger.ts'
import { CLOSE_SCRIPT, RECORD_SCRIPT } from './ledger-scripts.ts'

/** As long as the `intervention` topic keeps them. */
const RETENTION_MS = 2 * 365 * 24 * 3_600_000
const MOST_PER_MEMBER = 200
const MOST_RECENT = 1_000

/** The ledger in Redis: an entry is JSON in a hash per member, with an index by time beside it. */
export function createLedger(redis: Redis, namespace: string, partitions: number): Ledger {
  const record = defineScript(redis, 'ledgerRecord', RECORD_SCRIPT)
  const close = defineScript(redis, 'ledgerClose', CLOSE_SCRIPT)
  const partitionOf = (memberId: string) => partitionFor(memberKey(memberId), partitions)
  const keysOf = (memberId: string) => memberLedgerKeys(namespace, partitionOf(memberId), memberId)
  const all = Array.from({ length: partitions }, (_, partition) => ledgerKeys(namespace, partition))

  const find: Ledger['find'] = (refs) =>
    Promise.all(refs.map(async ({ memberId, id }) => parse(await redis.hget(keysOf(memberId).entries, id))))

  return {
    find,

    async record(entries) {
      await Promise.all(
        entries.map((entry) => {
          const own = keysOf(entry.memberId)
          const { recent, totals } = ledgerKeys(namespace, partitionOf(entry.memberId))
          return record([own.entries, own.times, recent, totals], recordArguments(entry))
        }),
      )
    },

    async close({ memberId, id }, outcome) {
      const { entries } = keysOf(memberId)
      const known = parse(await redis.hget(entries, id))
      if (known === undefined) return
      const { totals } = ledgerKeys(namespace, partitionOf(memberId))
      // The total counts the first word on it; the ledger keeps the last.
      const first = known.outcome === undefined ? `${known.playbook}|outcome:${outcome.outcome}` : ''
      await close([entries, totals], [id, JSON.stringify({ ...known, outcome }), first])
    },

    async ofMember(memberId, limit = MOST_PER_MEMBER) {
      const { entries, times } = keysOf(memberId)
      const ids = await redis.zrevrange(times, 0, limit - 1)
      if (ids.length === 0) return []
      return (await redis.hmget(entries, ...ids)).map(parse).filter((entry) => entry !== undefined)
    },

    recent: async (limit) =>
      (await find(await latest(redis, namespace, partitions, limit))).filter((entry) => entry !== undefined),

    totals: async () => sumTotals(await Promise.all(all.map(({ totals }) => redis.hgetall(totals)))),
  }
}

async function latest(redis: Redis, namespace: string, partitions: number, limit: number): Promise<EntryRef[]> {
  const lists = await Promise.all(
    Array.from({ length: partitions }, (_, partition) =>
      redis.zrevrange(ledgerKeys(namespace, partition).recent, 0, limit - 1, 'WITHSCORES'),
    ),
  )
  const newest = lists.flatMap(timed).toSorted((a, b) => b.at - a.at)
  return newest.slice(0, limit).map(({ ref }) => ref)
}

function recordArguments(entry: LedgerEntry): ScriptArgument[] {
  const { id, memberId, playbook, decision, reason = '', decidedAt } = entry
  const name = `${id}|${memberId}`
  const total = `${playbook}|${decision === 'send' ? 'send' : `hold:${reason}`}`
  return [id, JSON.stringify(entry), decidedAt, RETENTION_MS, MOST_PER_MEMBER, name, MOST_RECENT, total]
}

function parse(stored: string | null): LedgerEntry | undefined {
  return stored === null ? undefined : (JSON.parse(stored) as LedgerEntry)
}

/** Ids hold no '|', member ids may. */
function timed(withScores: readonly string[]): { at: EpochMs; ref: EntryRef }[] {
  const list = []
  for (let n = 0; n < withScores.length; n += 2) {
    const name = withScores[n] ?? ''
    const bar = name.indexOf('|')
    list.push({ at: Number(withScores[n + 1]), ref: { id: name.slice(0, bar), memberId: name.slice(bar + 1) } })
  }
  return list
}

function sumTotals(hashes: readonly Readonly<Record<string, string>>[]): LedgerTotals {
  const sums: Record<string, Record<string, number>> = {}
  for (const [field, count] of hashes.flatMap((hash) => Object.entries(hash))) {
    const [playbook = '', kind = ''] = field.split('|')
    const byKind = (sums[playbook] ??= {})
    byKind[kind] = (byKind[kind] ?? 0) + Number(count)
  }
  return sums
}
