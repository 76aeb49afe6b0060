import {
  decodeRow,
  isMemberKey,
  newRows,
  resetRow,
  type Rows,
  SLOT,
  slot,
  STATUS,
  type Vocabulary,
} from '@perennial/member'
import type { Redis } from 'ioredis'
import { partitionKeys } from '../redis/keys.ts'

/** Some members at random, all as likely: members are spread over partitions by the hash of their id. */
export type RowSampler = Readonly<{
  /** Rows of up to about `most` members who have not lapsed, one behind the other. */
  sample(most: number): Promise<Readonly<{ rows: Rows; count: number }>>
}>

export function createRowSampler(
  redis: Redis,
  namespace: string,
  partitions: number,
  vocabulary: Vocabulary,
): RowSampler {
  return {
    async sample(most) {
      const share = Math.ceil(most / partitions)
      const found = await Promise.all(
        Array.from({ length: partitions }, (_, partition) =>
          redis.hrandfieldBuffer(partitionKeys(namespace, partition).rows, share, 'WITHVALUES'),
        ),
      )
      const stored = found.flatMap((pairs) => memberRows((pairs ?? []) as Buffer[]))
      const rows = newRows(Math.max(1, stored.length), vocabulary)
      let count = 0
      for (const row of stored) {
        decodeRow(row, rows, count)
        if (isScored(rows, count)) count++
        else resetRow(rows, count)
      }
      return { rows, count }
    },
  }
}

function isScored(rows: Rows, i: number): boolean {
  return slot(rows, i, SLOT.evaluatedAt) !== 0 && slot(rows, i, SLOT.status) !== STATUS.lapsed
}

/** Fields and values take turns. */
function memberRows(pairs: readonly Buffer[]): Buffer[] {
  return pairs.filter((_, n) => n % 2 === 1 && isMemberKey(String(pairs[n - 1])))
}
