import { decodeRow, memberKey, newRows, partitionFor, type Rows, type Vocabulary } from '@perennial/member'
import type { Redis } from 'ioredis'
import { partitionKeys } from '../redis/keys.ts'

/** Looks a member's row up for those who do not own its partition; what they read is never older than the last commit. */
export type MemberReader = Readonly<{
  /** One row at index 0; undefined when nothing is known of the member. */
  read(memberId: string): Promise<Rows | undefined>
  /** Several at once, in order. */
  readMany(memberIds: readonly string[]): Promise<(Rows | undefined)[]>
}>

/** `vocabulary`: the signals that the rows were folded with. */
export function createMemberReader(
  redis: Redis,
  namespace: string,
  partitions: number,
  vocabulary: Vocabulary,
): MemberReader {
  async function readMany(memberIds: readonly string[]): Promise<(Rows | undefined)[]> {
    const stored = await Promise.all(
      memberIds.map((id) => {
        const key = memberKey(id)
        return redis.hgetBuffer(partitionKeys(namespace, partitionFor(key, partitions)).rows, key)
      }),
    )
    return stored.map((bytes) => {
      if (bytes === null) return undefined
      const rows = newRows(1, vocabulary)
      decodeRow(bytes, rows, 0)
      return rows
    })
  }
  return { readMany, read: async (memberId) => (await readMany([memberId]))[0] }
}
