import type { PartitionStore, Standing } from '@perennial/runtime'
import { STORE_GUARDS } from '@perennial/testkit'
import { unpackOutbox } from '../outbox.ts'

/**
 * What may be broken on purpose, to see that a law notices. `standing`: nobody looks whose history it is that was read.
 * `outbox`: what a commit says is published before it.
 */
export const BREAKAGES = [...STORE_GUARDS, 'standing', 'outbox'] as const

export type Breakage = (typeof BREAKAGES)[number]

type Risks = ReturnType<typeof unpackOutbox>['risks']

/** Commits what has been published already. */
export function publishingFirst(store: PartitionStore, publish: (risks: Risks) => Promise<void>): PartitionStore {
  return {
    ...store,
    async commit(lease, change) {
      if (change.outbox !== undefined) await publish(unpackOutbox(change.outbox.value, lease.partition).risks)
      return store.commit(lease, change)
    },
  }
}

/** Whatever is read seems to be the owner's own. */
export function believingAll(store: PartitionStore): PartitionStore {
  const believed = new Map<number, Standing>()
  return {
    ...store,
    async acquire(partition, reach) {
      const lease = await store.acquire(partition, reach)
      believed.set(partition, lease)
      return lease
    },
    async commit(lease, change) {
      const answer = await store.commit(lease, change)
      const { partition, epoch } = lease
      if (answer === 'applied' || answer === 'repeated')
        believed.set(partition, { epoch, nextOffset: change.nextOffset, revision: change.expectedRevision + 1 })
      return answer
    },
    load: async (partition, keys) => ({ ...(await store.load(partition, keys)), standing: believed.get(partition) }),
    due: async (partition, until, limit) => ({
      ...(await store.due(partition, until, limit)),
      standing: believed.get(partition),
    }),
  }
}
