import type { EpochMs } from '@perennial/member'
import type { Redis } from 'ioredis'
import { partitionKeys } from '../redis/keys.ts'
import { COMMIT_SCRIPT } from './commit-script.ts'
import type { Change, CommitAnswer, DueSubjects, Lease, OutboxEntry, PartitionStore, Reach } from './partition-store.ts'

/** Layout of what `commit` writes; a partition of another layout must be rebuilt, not read. */
const LAYOUT = '1'

type CommitCommand = (...args: (string | number | Buffer)[]) => Promise<string>

/**
 * The partition store in Redis (>= 6.2, noeviction) or Redis Cluster: all keys of a partition share a slot.
 * `script` is another one only where a test shows what its guards are for.
 */
export function createPartitionStore(redis: Redis, namespace: string, script = COMMIT_SCRIPT): PartitionStore {
  redis.defineCommand('perennialCommit', { numberOfKeys: 6, lua: script })
  const keys = (partition: number) => partitionKeys(namespace, partition)
  const commitCommand: CommitCommand = (...args) => Reflect.apply(Reflect.get(redis, 'perennialCommit'), redis, args)

  return {
    acquire: (partition, reach) => acquire(redis, namespace, partition, reach),

    async standing(partition) {
      const [epoch, nextOffset] = await redis.hmget(keys(partition).fence, 'e', 'o')
      return nextOffset === null || nextOffset === undefined
        ? undefined
        : { epoch: Number(epoch), nextOffset: Number(nextOffset) }
    },

    async load(partition, subjects) {
      if (subjects.length === 0) return []
      return redis.hmgetBuffer(keys(partition).rows, ...subjects)
    },

    async commit(lease, change) {
      const k = keys(lease.partition)
      const args = commitArguments(lease, change)
      const answer = await commitCommand(k.fence, k.rows, k.due, k.aliasDue, k.outbox, k.sources, ...args)
      return answer as CommitAnswer
    },

    due: (partition, until, limit) => dueSubjects(redis, keys(partition), until, limit),

    async dueCounts(partition) {
      const [members, aliases] = await Promise.all([
        redis.zcard(keys(partition).due),
        redis.zcard(keys(partition).aliasDue),
      ])
      return { members, aliases }
    },

    async aliasesBeyond(partition, keep, limit) {
      const { aliasDue } = keys(partition)
      const over = (await redis.zcard(aliasDue)) - keep
      return over <= 0 ? [] : redis.zrange(aliasDue, 0, Math.min(over, limit) - 1)
    },
  }
}

async function acquire(redis: Redis, namespace: string, partition: number, { heardUntil, now }: Reach): Promise<Lease> {
  const k = partitionKeys(namespace, partition)
  const epoch = await redis.hincrby(k.fence, 'e', 1)
  let fence = await redis.hgetall(k.fence)
  const fresh = fence['o'] === undefined
  const heard = (await heardUntil()) ?? 0
  const lost = heard > Math.max(Number(fence['o'] ?? 0), Number(fence['r'] ?? 0))
  if (fresh || lost) {
    // If the group had come further than what is stored, Redis has lost state: what
    // follows is history folded again, and whom it concerns has heard of it before.
    await redis.hset(k.fence, {
      ...(fresh && { o: '0', n: '0', v: LAYOUT }),
      ...(lost && { r: String(heard), l: String(now) }),
    })
    fence = await redis.hgetall(k.fence)
  }
  if (fence['v'] !== LAYOUT)
    throw new Error(
      `Partition ${partition} has layout ${fence['v']}; this program knows ${LAYOUT}. Use another PERENNIAL_NAMESPACE.`,
    )
  const [sources, outbox, earliest, earliestAlias] = await Promise.all([
    redis.hgetall(k.sources),
    redis.hgetallBuffer(k.outbox),
    redis.zrange(k.due, 0, 0, 'WITHSCORES'),
    redis.zrange(k.aliasDue, 0, 0, 'WITHSCORES'),
  ])
  return {
    partition,
    epoch,
    nextOffset: Number(fence['o']),
    fresh,
    effectsFrom: Number(fence['r'] ?? 0),
    lostAt: Number(fence['l'] ?? 0),
    sent: Number(fence['n']),
    sources: new Map(Object.entries(sources)),
    outbox: Object.entries(outbox)
      .map(([sequence, value]): OutboxEntry => ({ sequence: Number(sequence), value }))
      .toSorted((a, b) => a.sequence - b.sequence),
    earliestDue: Math.min(Number(earliest[1] ?? Infinity), Number(earliestAlias[1] ?? Infinity)),
  }
}

function commitArguments(lease: Lease, change: Change): (string | number | Buffer)[] {
  const { rows, rowsGone, due, dueGone, aliasDue, aliasDueGone, sources, outbox, outboxGone } = change
  const args: (string | number | Buffer)[] = [
    String(lease.epoch),
    String(change.expectedOffset),
    String(change.nextOffset),
    change.token,
    String(change.sent),
    outbox === undefined ? '' : String(outbox.sequence),
    outbox?.value ?? '',
    rows.length * 2,
    rowsGone.length,
    due.length * 2,
    dueGone.length,
    aliasDue.length * 2,
    aliasDueGone.length,
    sources.length * 2,
    outboxGone.length,
  ]
  for (const [key, row] of rows) args.push(key, asBuffer(row))
  args.push(...rowsGone)
  for (const [key, at] of due) args.push(at, key)
  args.push(...dueGone)
  for (const [key, at] of aliasDue) args.push(at, key)
  args.push(...aliasDueGone)
  for (const [field, value] of sources) args.push(field, value)
  args.push(...outboxGone)
  return args
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

type Keys = ReturnType<typeof partitionKeys>

async function dueSubjects(redis: Redis, keys: Keys, until: EpochMs, limit: number): Promise<DueSubjects> {
  const [members, aliases] = await Promise.all([
    redis.zrangebyscore(keys.due, '-inf', until, 'LIMIT', 0, limit),
    redis.zrangebyscore(keys.aliasDue, '-inf', until, 'LIMIT', 0, limit),
  ])
  if (members.length > 0 || aliases.length > 0) return { members, aliases, next: -Infinity }
  const [member, alias] = await Promise.all([
    redis.zrange(keys.due, 0, 0, 'WITHSCORES'),
    redis.zrange(keys.aliasDue, 0, 0, 'WITHSCORES'),
  ])
  return { members, aliases, next: Math.min(Number(member[1] ?? Infinity), Number(alias[1] ?? Infinity)) }
}
