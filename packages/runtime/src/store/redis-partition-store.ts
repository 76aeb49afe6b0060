import { createHash } from 'node:crypto'
import type { EpochMs } from '@perennial/member'
import type { Redis } from 'ioredis'
import { Fault } from '../fault.ts'
import { type Generation, partitionHoldKey, partitionKeys } from '../redis/keys.ts'
import { CommandWriter, sendReady, sendReadyForBytes } from '../redis/ready-command.ts'
import { defineScript } from '../redis/script.ts'
import { type AcquireCommands, acquirePartition, type Contents, LAYOUT } from './acquire.ts'
import { BEGIN_SCRIPT, RAISE_SCRIPT } from './acquire-scripts.ts'
import { COMMIT_SCRIPT } from './commit-script.ts'
import type {
  Change,
  CommitAnswer,
  DueSubjects,
  Lease,
  Loaded,
  PartitionStore,
  RowPage,
  Standing,
} from './partition-store.ts'

const NOTHING = new Uint8Array()

/** KEYS  1 fence · ARGV  1 epoch · 2 model */
const MARK_SCRIPT = `
if redis.call('HGET', KEYS[1], 'e') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'm', ARGV[2])
return 1
`

/**
 * The partition store in Redis (>= 6.2, noeviction) or Redis Cluster: all keys of a partition share a slot.
 * `script` is another one only where a test shows what its guards are for. `generation`: which of the states of a
 * partition, see `Generations`.
 */
export function createPartitionStore(
  redis: Redis,
  namespace: string,
  script = COMMIT_SCRIPT,
  generation: Generation = 'serving',
): PartitionStore {
  const keys = (partition: number) => partitionKeys(namespace, partition, generation)
  const mark = defineScript(redis, 'partitionMark', MARK_SCRIPT)
  const sha = createHash('sha1').update(script).digest('hex')
  const acquiring = acquireCommands(redis, keys)

  return {
    async acquire(partition, reach) {
      if (generation === 'serving') await assertFree(redis, namespace, partition)
      return acquirePartition(acquiring, partition, reach)
    },

    standing: (partition) => standingOf(redis, keys(partition)),
    load: (partition, subjects) => loadRows(redis, keys(partition), subjects),

    async commit(lease, change) {
      const command = commitCommand(sha, keys(lease.partition), lease, change)
      try {
        return (await sendReady(redis, 'evalsha', command)) as CommitAnswer
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
        // Not loaded yet, or forgotten in a restart.
        await redis.script('LOAD', script)
        return (await sendReady(redis, 'evalsha', command)) as CommitAnswer
      }
    },

    scan: (partition, cursor, count) => scanRows(redis, keys(partition), cursor, count),
    rowCount: (partition) => redis.hlen(keys(partition).rows),
    markScored: async ({ partition, epoch }, model) => (await mark([keys(partition).fence], [epoch, model])) === 1,
    scoredBy: async (partition) => Number((await redis.hget(keys(partition).fence, 'm')) ?? 0),

    due: (partition, until, limit) => dueSubjects(redis, keys(partition), until, limit),

    dueCounts: (partition) => dueCounts(redis, keys(partition)),

    async aliasesBeyond(partition, keep, limit) {
      const { aliasDue } = keys(partition)
      const over = (await redis.zcard(aliasDue)) - keep
      return over <= 0 ? [] : redis.zrange(aliasDue, 0, Math.min(over, limit) - 1)
    },
  }
}

/** A courtesy, not a guard: whoever holds the partition finds out by the epoch. */
async function assertFree(redis: Redis, namespace: string, partition: number): Promise<void> {
  if ((await redis.exists(partitionHoldKey(namespace, partition))) === 0) return
  throw new Fault('store/held', `Partition ${partition} is being compared or switched: it is free in a moment.`, {
    retriable: true,
  })
}

function acquireCommands(redis: Redis, keys: (partition: number) => Keys): AcquireCommands {
  const raise = defineScript(redis, 'partitionRaise', RAISE_SCRIPT)
  const begin = defineScript(redis, 'partitionBegin', BEGIN_SCRIPT)
  return {
    raiseEpoch: async (partition) => Number(await raise([keys(partition).fence], [])),

    async begin(partition, { epoch, heard, now }) {
      const answer = (await begin([keys(partition).fence], [epoch, heard, now, LAYOUT])) as [number, string[]] | null
      if (answer === null) return undefined
      const [fresh, flat] = answer
      const fields = Array.from({ length: flat.length / 2 }, (_, n) => [flat[2 * n] ?? '', flat[2 * n + 1] ?? ''])
      return { fresh: fresh === 1, fence: Object.fromEntries(fields) }
    },

    contents: (partition) => contents(redis, keys(partition)),
  }
}

async function standingOf(redis: Redis, { fence }: Keys): Promise<Standing | undefined> {
  const [epoch, nextOffset, revision] = await redis.hmget(fence, 'e', 'o', 'c')
  return nextOffset === null || nextOffset === undefined
    ? undefined
    : { epoch: Number(epoch), nextOffset: Number(nextOffset), revision: Number(revision ?? 0) }
}

/*
 * Whatever is read, the fence is asked for behind it on the same connection: a
 * Redis that loses state in between closes the connection, and both fail.
 */

async function loadRows(redis: Redis, k: Keys, subjects: readonly string[]): Promise<Loaded> {
  const reading = subjects.length === 0 ? [] : sendReadyForBytes(redis, 'hmget', loadCommand(k, subjects))
  const [rows, standing] = await Promise.all([reading, standingOf(redis, k)])
  return { rows: rows as (Buffer | null)[], standing }
}

async function contents(redis: Redis, k: Keys): Promise<Contents> {
  const [sources, outbox, earliest, earliestAlias] = await Promise.all([
    redis.hgetall(k.sources),
    redis.hgetallBuffer(k.outbox),
    redis.zrange(k.due, 0, 0, 'WITHSCORES'),
    redis.zrange(k.aliasDue, 0, 0, 'WITHSCORES'),
  ])
  return {
    sources,
    outbox: Object.entries(outbox).map(([sequence, value]) => ({ sequence: Number(sequence), value })),
    earliestDue: Math.min(Number(earliest[1] ?? Infinity), Number(earliestAlias[1] ?? Infinity)),
  }
}

// One for all, as writing is synchronous.
const writer = new CommandWriter()

function loadCommand({ rows }: Keys, subjects: readonly string[]): Buffer {
  writer.begin()
  writer.text('HMGET')
  writer.text(rows)
  for (const subject of subjects) writer.text(subject)
  return writer.finish()
}

/** The call of the script with all its keys and arguments, see `COMMIT_SCRIPT`. */
function commitCommand(sha: string, k: Keys, lease: Lease, change: Change): Buffer {
  const { outbox, rows, rowsGone, due, dueGone, aliasDue, aliasDueGone, sources, outboxGone } = change
  writer.begin()
  const text = (value: string | number) => writer.text(String(value))
  const keys = [k.fence, k.rows, k.due, k.aliasDue, k.outbox, k.sources]
  for (const value of ['EVALSHA', sha, keys.length, ...keys]) text(value)
  for (const value of [lease.epoch, change.expectedOffset, change.nextOffset, change.token]) text(value)
  for (const value of [change.expectedRevision, change.sent]) text(value)
  text(outbox === undefined ? '' : outbox.sequence)
  writer.data(outbox?.value ?? NOTHING)
  const pairs = [rows.length * 2, rowsGone.length, due.length * 2, dueGone.length, aliasDue.length * 2]
  for (const length of [...pairs, aliasDueGone.length, sources.length * 2, outboxGone.length]) text(length)
  for (const [key, row] of rows) {
    writer.text(key)
    writer.data(row)
  }
  for (const key of rowsGone) writer.text(key)
  writeTimes(due)
  for (const key of dueGone) writer.text(key)
  writeTimes(aliasDue)
  for (const key of aliasDueGone) writer.text(key)
  for (const pair of sources) for (const value of pair) writer.text(value)
  for (const sequence of outboxGone) text(sequence)
  return writer.finish()
}

function writeTimes(times: Change['due']): void {
  for (const [key, at] of times) {
    writer.text(String(at))
    writer.text(key)
  }
}

type Keys = ReturnType<typeof partitionKeys>

async function dueCounts(redis: Redis, { due, aliasDue }: Keys): Promise<{ members: number; aliases: number }> {
  const [members, aliases] = await Promise.all([redis.zcard(due), redis.zcard(aliasDue)])
  return { members, aliases }
}

async function scanRows(redis: Redis, k: Keys, cursor: string, count: number): Promise<RowPage> {
  const [[next, found], standing] = await Promise.all([
    redis.hscanBuffer(k.rows, cursor, 'COUNT', count),
    standingOf(redis, k),
  ])
  const page: [string, Buffer][] = []
  for (let n = 0; n + 1 < found.length; n += 2) page.push([String(found[n]), found[n + 1] ?? Buffer.alloc(0)])
  return { cursor: String(next), rows: page, standing }
}

async function dueSubjects(redis: Redis, keys: Keys, until: EpochMs, limit: number): Promise<DueSubjects> {
  const by = (key: string) => redis.zrangebyscore(key, '-inf', until, 'LIMIT', 0, limit)
  const first = (key: string) => redis.zrange(key, 0, 0, 'WITHSCORES')
  const [members, aliases, member, alias, standing] = await Promise.all([
    by(keys.due),
    by(keys.aliasDue),
    first(keys.due),
    first(keys.aliasDue),
    standingOf(redis, keys),
  ])
  const nobody = members.length === 0 && aliases.length === 0
  const next = nobody ? Math.min(Number(member[1] ?? Infinity), Number(alias[1] ?? Infinity)) : -Infinity
  return { members, aliases, next, standing }
}
