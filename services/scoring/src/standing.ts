import type { Standing } from '@perennial/runtime'

/** The commit was refused, or is gone: somebody else owns the partition, or its state is not what this worker remembers. */
export class LostPartition extends Error {}

/** Throws when what is stored of a partition is not what its worker left there. */
export function assertSame(partition: number, stored: Standing | undefined, left: Standing): void {
  const { epoch, nextOffset, revision } = left
  if (stored?.epoch === epoch && stored.nextOffset === nextOffset && stored.revision === revision) return
  throw new LostPartition(`Partition ${partition}: ${told(stored)} is stored, not ${told(left)}.`)
}

function told(standing: Standing | undefined): string {
  if (standing === undefined) return 'nothing'
  const { epoch, nextOffset, revision } = standing
  return `epoch ${epoch} at ${nextOffset} after ${revision} commits`
}
