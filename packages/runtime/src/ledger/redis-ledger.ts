import { type EpochMs, memberKey, partitionFor } from '@perennial/member'
import type { Redis } from 'ioredis'
import type { Platform } from '../ports.ts'
import { ledgerKeys, memberLedgerKeys } from '../redis/keys.ts'
import { defineScript, type ScriptArgument } from '../redis/script.ts'
import type { EntryRef, Ledger, LedgerBounds, LedgerEntry, LedgerTotals } from './ledger.ts'
import { ledgerPages, parse } from './redis-ledger-pages.ts'
import { CLOSE_SCRIPT, FORGET_SCRIPT, RECORD_SCRIPT } from './ledger-scripts.ts'

const MOST_RECENT = 1_000

/** What a ledger is made for. */
export type LedgerPlace = Pick<Platform, 'namespace' | 'clock' | 'ledger'> &
  Readonly<{ partitions: Pick<Platform['partitions'], 'activity'> }>

/** The ledger in Redis: an entry is JSON in a hash per member, with an index by time beside it. */
export function createLedger(redis: Redis, place: LedgerPlace): Ledger {
  const keys = ledgerKeysOf(place)
  return { ...readingLedger(redis, place, keys), ...writingLedger(redis, place, keys) }
}

type Keys = ReturnType<typeof ledgerKeysOf>

function ledgerKeysOf({ namespace, partitions: { activity } }: LedgerPlace) {
  const partitionOf = (memberId: string) => partitionFor(memberKey(memberId), activity)
  return {
    all: Array.from({ length: activity }, (_, partition) => ledgerKeys(namespace, partition)),
    /** Of the partition that a member belongs to. */
    around: (memberId: string) => ledgerKeys(namespace, partitionOf(memberId)),
    of: (memberId: string) => memberLedgerKeys(namespace, partitionOf(memberId), memberId),
  }
}

function oldestKept({ clock, ledger }: LedgerPlace): EpochMs {
  return clock.now() - ledger.retentionMs
}

function writingLedger(redis: Redis, place: LedgerPlace, keys: Keys): Pick<Ledger, 'record' | 'close'> {
  const record = defineScript(redis, 'ledgerRecord', RECORD_SCRIPT)
  const close = defineScript(redis, 'ledgerClose', CLOSE_SCRIPT)

  async function recordOne(entry: LedgerEntry): Promise<void> {
    const own = keys.of(entry.memberId)
    const { recent, totals, members } = keys.around(entry.memberId)
    const args = recordArguments(entry, oldestKept(place), place.ledger)
    await record([own.entries, own.times, recent, totals, members], args)
  }

  return {
    record: async (entries) => void (await Promise.all(entries.map(recordOne))),

    async close({ memberId, id }, outcome) {
      const { entries } = keys.of(memberId)
      const known = parse(await redis.hget(entries, id))
      if (known === undefined) return
      // The total counts the first word on it; the ledger keeps the last.
      const first = known.outcome === undefined ? `${known.playbook}|outcome:${outcome.outcome}` : ''
      await close([entries, keys.around(memberId).totals], [id, JSON.stringify({ ...known, outcome }), first])
    },
  }
}

function readingLedger(redis: Redis, place: LedgerPlace, keys: Keys): Omit<Ledger, 'record' | 'close'> {
  const { all } = keys
  const forget = defineScript(redis, 'ledgerForget', FORGET_SCRIPT)
  const find: Ledger['find'] = (refs) =>
    Promise.all(refs.map(async ({ memberId, id }) => parse(await redis.hget(keys.of(memberId).entries, id))))

  return {
    find,

    async ofMember(memberId, limit = place.ledger.perMember) {
      const { entries, times } = keys.of(memberId)
      const ids = await redis.zrevrangebyscore(times, '+inf', oldestKept(place), 'LIMIT', 0, limit)
      if (ids.length === 0) return []
      return (await redis.hmget(entries, ...ids)).map(parse).filter((entry) => entry !== undefined)
    },

    members: async () => sum(await Promise.all(all.map(({ members }) => redis.zcard(members)))),

    pages: ({ from, to }) =>
      ledgerPages(redis, all, { keysOf: keys.of, forget, range: { from: Math.max(from, oldestKept(place)), to } }),

    recent: async (limit) => (await find(await latest(redis, all, limit))).filter((entry) => entry !== undefined),

    forget: (memberId) => forgetMember(redis, keys, memberId),

    totals: async () => sumTotals(await Promise.all(all.map(({ totals }) => redis.hgetall(totals)))),
  }
}

/** All but the totals, which name nobody. */
async function forgetMember(redis: Redis, keys: Keys, memberId: string): Promise<number> {
  const { entries, times } = keys.of(memberId)
  const { recent, members } = keys.around(memberId)
  const known = await redis.hlen(entries)
  const named = (await redis.zrange(recent, 0, -1)).filter((name) => refOf(name).memberId === memberId)
  if (named.length > 0) await redis.zrem(recent, ...named)
  await redis.del(entries, times)
  await redis.zrem(members, memberId)
  return known
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

async function latest(redis: Redis, all: Keys['all'], limit: number): Promise<EntryRef[]> {
  const lists = await Promise.all(all.map(({ recent }) => redis.zrevrange(recent, 0, limit - 1, 'WITHSCORES')))
  const newest = lists.flatMap(timed).toSorted((a, b) => b.at - a.at)
  return newest.slice(0, limit).map(({ ref }) => ref)
}

function recordArguments(entry: LedgerEntry, oldest: EpochMs, bounds: LedgerBounds): ScriptArgument[] {
  const { id, memberId, playbook, decision, reason = '', decidedAt } = entry
  const name = `${id}|${memberId}`
  const total = `${playbook}|${decision === 'send' ? 'send' : `hold:${reason}`}`
  const kept = [oldest, bounds.retentionMs, bounds.perMember]
  return [id, JSON.stringify(entry), decidedAt, ...kept, name, MOST_RECENT, total, memberId]
}

/** Ids hold no '|', member ids may. */
function refOf(name: string): EntryRef {
  const bar = name.indexOf('|')
  return { id: name.slice(0, bar), memberId: name.slice(bar + 1) }
}

function timed(withScores: readonly string[]): { at: EpochMs; ref: EntryRef }[] {
  const list = []
  for (let n = 0; n < withScores.length; n += 2) {
    list.push({ at: Number(withScores[n + 1]), ref: refOf(withScores[n] ?? '') })
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
