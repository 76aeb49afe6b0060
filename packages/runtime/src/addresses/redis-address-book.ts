import { memberKey, partitionFor } from '@perennial/member'
import type { Mailbox } from '@perennial/streams'
import type { Redis } from 'ioredis'
import { addressesKey } from '../redis/keys.ts'
import { defineScript, type ScriptArgument } from '../redis/script.ts'
import type { AddressBook, Rotated } from './address-book.ts'
import type { ContactKeys } from './contact-keys.ts'
import { isSealedBy, open, seal } from './seal.ts'

/**
 * KEYS  1 hash: member → `at|sealed address`, or `at|` where an address was taken back
 * ARGV  member, at, value, and so on
 * Writes what is not older than what is there.
 */
const KEEP_SCRIPT = `
for n = 1, #ARGV, 3 do
  local known = redis.call('HGET', KEYS[1], ARGV[n])
  if not known or tonumber(string.match(known, '^%d+')) <= tonumber(ARGV[n + 1]) then
    redis.call('HSET', KEYS[1], ARGV[n], ARGV[n + 2])
  end
end
`

/**
 * KEYS  1 as above
 * ARGV  1 member · 2 the value that was read · 3 the value in its place
 */
const REPLACE_SCRIPT = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
`

/** Members in one call of the script: a few milliseconds of Redis. */
const CHUNK = 500

/** The address book in Redis, sealed with AES-256-GCM: a hash for each partition of members. */
export function createAddressBook(redis: Redis, namespace: string, partitions: number, keys: ContactKeys): AddressBook {
  const keep = defineScript(redis, 'addressesKeep', KEEP_SCRIPT)
  const replace = defineScript(redis, 'addressesReplace', REPLACE_SCRIPT)
  const keyOf = (memberId: string) => addressesKey(namespace, partitionFor(memberKey(memberId), partitions))

  const argumentsOf = ({ memberId, at, address }: Mailbox): ScriptArgument[] => [
    memberId,
    at,
    `${at}|${seal(keys, address, aboutOf(memberId, at))}`,
  ]

  async function takeBack({ memberId, at, address }: Mailbox): Promise<void> {
    const stored = await redis.hget(keyOf(memberId), memberId)
    const entry = parse(stored)
    if (stored === null || entry === undefined || entry.at > at || entry.sealed === '') return
    const known = open(keys, entry.sealed, aboutOf(memberId, entry.at))
    if (known.toLowerCase() !== address.toLowerCase()) return
    await replace([keyOf(memberId)], [memberId, stored, `${at}|`])
  }

  return {
    async addressOf(memberId) {
      const entry = parse(await redis.hget(keyOf(memberId), memberId))
      if (entry === undefined || entry.sealed === '') return undefined
      return open(keys, entry.sealed, aboutOf(memberId, entry.at))
    },

    async keep(mailboxes) {
      const known = mailboxes.filter(({ theirs }) => theirs)
      for (const [key, group] of Map.groupBy(known, ({ memberId }) => keyOf(memberId)))
        for (let n = 0; n < group.length; n += CHUNK) await keep([key], group.slice(n, n + CHUNK).flatMap(argumentsOf))
      for (const mailbox of mailboxes.filter(({ theirs }) => !theirs)) await takeBack(mailbox)
    },

    rotate: () => rotated(redis, { namespace, partitions, keys, replace }),

    has: async (memberId) => (await redis.hexists(keyOf(memberId), memberId)) === 1,

    async forget(memberId) {
      await redis.hdel(keyOf(memberId), memberId)
    },
  }
}

type Rotation = Readonly<{
  namespace: string
  partitions: number
  keys: ContactKeys
  replace: (keys: readonly string[], args: readonly ScriptArgument[]) => Promise<unknown>
}>

/** An address that a record changes meanwhile stays as that record has it: it is sealed with the newest key anyway. */
async function* rotated(redis: Redis, { namespace, partitions, keys, replace }: Rotation): AsyncGenerator<Rotated> {
  const books = Array.from({ length: partitions }, (_, partition) => addressesKey(namespace, partition))
  const sizes = await Promise.all(books.map((key) => redis.hlen(key)))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  let seen = 0
  let resealed = 0
  for (const key of books)
    for await (const page of pagesOf(redis, key)) {
      const older = page.flatMap(([memberId, stored]) => {
        const anew = resealedOf(keys, memberId, stored)
        return anew === undefined ? [] : [[memberId, stored, anew]]
      })
      for (const change of older) await replace([key], change)
      seen += page.length
      resealed += older.length
      yield { seen, total, resealed }
    }
}

async function* pagesOf(redis: Redis, key: string): AsyncGenerator<(readonly [memberId: string, stored: string])[]> {
  let cursor = '0'
  do {
    const [next, found] = await redis.hscan(key, cursor, 'COUNT', CHUNK)
    yield Array.from({ length: found.length / 2 }, (_, n) => [found[2 * n] ?? '', found[2 * n + 1] ?? ''] as const)
    cursor = next
  } while (cursor !== '0')
}

/** Undefined: there is no address, or the newest key has sealed it. */
function resealedOf(keys: ContactKeys, memberId: string, stored: string): string | undefined {
  const entry = parse(stored)
  if (entry === undefined || entry.sealed === '' || isSealedBy(keys[0], entry.sealed)) return undefined
  const about = aboutOf(memberId, entry.at)
  return `${entry.at}|${seal(keys, open(keys, entry.sealed, about), about)}`
}

function aboutOf(memberId: string, at: number): string {
  return `${at}|${memberId}`
}

function parse(stored: string | null): Readonly<{ at: number; sealed: string }> | undefined {
  const [at, sealed] = stored?.split('|') ?? []
  return at === undefined || sealed === undefined ? undefined : { at: Number(at), sealed }
}
