import type { Redis } from 'ioredis'
import type { ledgerKeys, memberLedgerKeys } from '../redis/keys.ts'
import type { ScriptArgument } from '../redis/script.ts'
import type { LedgerEntry, LedgerPage, LedgerRange } from './ledger.ts'

/** Members whose entries are read together: some MB at most. */
const MEMBERS_PER_PAGE = 50

type MemberKeys = ReturnType<typeof memberLedgerKeys>

type Paging = Readonly<{
  range: LedgerRange
  keysOf(memberId: string): MemberKeys
  /** Lets a member go whose entries have all expired. */
  forget(keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown>
}>

/** The entries of a range, partition by partition and member by member. */
export async function* ledgerPages(
  redis: Redis,
  partitions: readonly ReturnType<typeof ledgerKeys>[],
  { range, keysOf, forget }: Paging,
): AsyncGenerator<LedgerPage> {
  async function entriesOf(memberId: string, members: string): Promise<LedgerEntry[]> {
    const own = keysOf(memberId)
    const ids = await redis.zrangebyscore(own.times, range.from, `(${range.to}`)
    if (ids.length > 0)
      return (await redis.hmget(own.entries, ...ids)).map(parse).filter((entry) => entry !== undefined)
    await forget([members, own.entries], [memberId])
    return []
  }

  for (const { members } of partitions) {
    for await (const page of namesIn(redis, members)) {
      const found = await Promise.all(page.map((memberId) => entriesOf(memberId, members)))
      yield { members: page.length, entries: found.flat() }
    }
  }
}

/** Every name of the set, in their order: what comes or goes meanwhile is nobody else's loss. */
async function* namesIn(redis: Redis, key: string): AsyncGenerator<string[]> {
  let after = '-'
  for (;;) {
    const page = await redis.zrangebylex(key, after, '+', 'LIMIT', 0, MEMBERS_PER_PAGE)
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    after = `(${last}`
  }
}

export function parse(stored: string | null): LedgerEntry | undefined {
  return stored === null ? undefined : (JSON.parse(stored) as LedgerEntry)
}
