import type { ModelInUse } from '@perennial/engine'
import type { Lease, PartitionStore, RowPage } from '@perennial/runtime'

/**
 * The way through all rows of a partition after a promotion, so that every member is scored by the new model though
 * no fact comes; and once for a new shadow, so that there is something to compare. A page at a time, at whatever pace.
 * After a crash it begins anew: each row knows by which model it was scored, so what was done is only read again.
 */
export type ModelPass = Readonly<{
  /** 0..1; 1 = every row has been seen. */
  progress(model: ModelInUse): number
  /** The next rows to look at. */
  next(model: ModelInUse, count: number): Promise<RowPage>
  /** The page is done with. False: somebody else owns the partition. */
  done(model: ModelInUse, page: RowPage): Promise<boolean>
}>

type Under = { name: string; cursor: string; seen: number; rows: number }

export function createModelPass(
  store: Pick<PartitionStore, 'scan' | 'rowCount' | 'markScored'>,
  lease: Pick<Lease, 'partition' | 'epoch' | 'scoredBy'>,
): ModelPass {
  const { partition } = lease
  let { scoredBy } = lease
  /** Not noted anywhere: a comparison is for statistics, and made once more after a restart. */
  let comparedBy = 0
  let under: Under | undefined

  const isDone = ({ number, shadow }: ModelInUse) =>
    scoredBy === number && (shadow === undefined || comparedBy === shadow.number)

  return {
    progress(model) {
      if (isDone(model)) return 1
      // The number of rows is that of the beginning, and scanning may bring a row twice.
      return under?.name === nameOf(model) ? Math.min(0.999, under.seen / Math.max(1, under.rows)) : 0
    },

    async next(model, count) {
      const name = nameOf(model)
      if (under?.name !== name) under = { name, cursor: '0', seen: 0, rows: await store.rowCount(partition) }
      return store.scan(partition, under.cursor, count)
    },

    async done(model, { cursor, rows }) {
      if (under === undefined) return true
      under.cursor = cursor
      under.seen += rows.length
      if (cursor !== '0') return true
      under = undefined
      scoredBy = model.number
      comparedBy = model.shadow?.number ?? 0
      return store.markScored(lease, model.number)
    },
  }
}

function nameOf({ number, shadow }: ModelInUse): string {
  return `${number}.${shadow?.number ?? 0}`
}
