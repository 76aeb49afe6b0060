import { tellAnew } from '@perennial/engine'
import {
  decodeRow,
  encodeRow,
  type EpochMs,
  isMemberKey,
  newRows,
  resetRow,
  SLOT,
  slot,
  type Vocabulary,
} from '@perennial/member'
import type { Change, Lease, PartitionStore } from '@perennial/runtime'
import { LostPartition } from '../standing.ts'
import type { Snapshot } from './read.ts'

/** Rows written together. */
const PAGE = 1_000

type Store = Pick<PartitionStore, 'commit' | 'scan'>

export type RestoreSettings = Readonly<{
  vocabulary: Vocabulary
  nextToken: () => string
  /** What was made of risks is lost as well (the list of who is at risk …): every member is told anew, for nobody to act on. */
  tellAnew: boolean
}>

/**
 * Puts a snapshot in the place of a partition of which nothing is folded yet; answers the lease as it is then. The offset
 * comes last: one that is broken off leaves a partition at the beginning, whose rows are removed the next time.
 */
export async function restoreSnapshot(
  store: Store,
  lease: Lease,
  snapshot: Snapshot | undefined,
  { vocabulary, nextToken, tellAnew: telling }: RestoreSettings,
): Promise<Lease> {
  let held = await emptied(store, lease, nextToken)
  if (snapshot === undefined) return held
  const { head, rows } = snapshot
  const scratch = newRows(1, vocabulary)
  function restored([key, stored]: readonly [string, Buffer]) {
    resetRow(scratch, 0)
    decodeRow(stored, scratch, 0)
    const isTold = telling && isMemberKey(key)
    if (isTold) tellAnew(scratch, 0)
    const dueAt: EpochMs = slot(scratch, 0, SLOT.dueAt)
    return { key, row: isTold ? encodeRow(scratch, 0) : stored, dueAt }
  }
  const all = [...rows]
  let earliestDue = Infinity
  for (let at = 0; at < all.length; at += PAGE) {
    const some = all.slice(at, at + PAGE).map(restored)
    const times = some.filter(({ dueAt }) => dueAt !== 0).map(({ key, dueAt }): [string, EpochMs] => [key, dueAt])
    for (const [, due] of times) earliestDue = Math.min(earliestDue, due)
    held = await commit(store, held, {
      token: nextToken(),
      rows: some.map(({ key, row }): [string, Uint8Array] => [key, row]),
      due: times.filter(([key]) => isMemberKey(key)),
      aliasDue: times.filter(([key]) => !isMemberKey(key)),
    })
  }
  const sources = Object.entries(head.sources)
  held = await commit(store, held, { token: nextToken(), nextOffset: head.offset, sent: head.sent, sources })
  return { ...held, sources: new Map(sources), earliestDue }
}

/** A partition at the beginning has no rows: these are of a restoration that was broken off. */
async function emptied(store: Store, lease: Lease, nextToken: () => string): Promise<Lease> {
  let held = lease
  for (;;) {
    const { rows } = await store.scan(lease.partition, '0', PAGE)
    const keys = rows.map(([key]) => key)
    if (keys.length === 0) return held
    held = await commit(store, held, { token: nextToken(), rowsGone: keys, dueGone: keys, aliasDueGone: keys })
  }
}

async function commit(store: Store, lease: Lease, part: Partial<Change> & Pick<Change, 'token'>): Promise<Lease> {
  const change: Change = {
    expectedOffset: lease.nextOffset,
    expectedRevision: lease.revision,
    nextOffset: lease.nextOffset,
    sent: lease.sent,
    rows: [],
    rowsGone: [],
    due: [],
    dueGone: [],
    aliasDue: [],
    aliasDueGone: [],
    sources: [],
    outbox: undefined,
    outboxGone: [],
    ...part,
  }
  const answer = await store.commit(lease, change)
  if (answer !== 'applied' && answer !== 'repeated')
    throw new LostPartition(`Partition ${lease.partition}: a snapshot could not be written, '${answer}'.`)
  return { ...lease, nextOffset: change.nextOffset, sent: change.sent, revision: lease.revision + 1 }
}
