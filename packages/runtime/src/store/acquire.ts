import type { EpochMs } from '@perennial/member'
import { Fault } from '../fault.ts'
import type { Lease, OutboxEntry, Reach } from './partition-store.ts'

/** Layout of what `commit` writes; a partition of another layout must be rebuilt, not read. */
export const LAYOUT = '1'

/**
 * What acquiring consists of. Each command is whole by itself, and anything may
 * happen between two of them: other owners, zombies, a loss.
 */
export type AcquireCommands = Readonly<{
  /** Sets the epoch one above the last, or to the store's own time in ms where that is more; answers it. */
  raiseEpoch(partition: number): Promise<number>
  /**
   * As the owner of this epoch: begins a partition of which nothing is stored, notes a loss where the group had come
   * further than what is stored, and answers the fence. Undefined: somebody else is the owner by now.
   */
  begin(partition: number, owner: Owner): Promise<Begun | undefined>
  contents(partition: number): Promise<Contents>
}>

export type Owner = Readonly<{ epoch: number; heard: number; now: EpochMs }>

export type Begun = Readonly<{ fresh: boolean; fence: Readonly<Record<string, string>> }>

export type Contents = Readonly<{
  sources: Readonly<Record<string, string>>
  outbox: readonly OutboxEntry[]
  earliestDue: EpochMs
}>

/**
 * Becomes the owner of a partition: raises the epoch, then reads, so that
 * nothing read can still be changed by the last owner. Epochs rise with the
 * store's clock, so that one which a lost Redis has forgotten is not given out again.
 * Throws where somebody else became the owner meanwhile.
 */
export async function acquirePartition(
  commands: AcquireCommands,
  partition: number,
  { heardUntil, now }: Reach,
): Promise<Lease> {
  const epoch = await commands.raiseEpoch(partition)
  const heard = (await heardUntil()) ?? 0
  const begun = await commands.begin(partition, { epoch, heard, now })
  if (begun === undefined)
    throw new Fault('store/taken', `Partition ${partition}: another process took it over meanwhile.`, {
      retriable: true,
    })
  const { fresh, fence } = begun
  if (fence['v'] !== LAYOUT)
    throw new Error(
      `Partition ${partition} has layout ${fence['v']}; this program knows ${LAYOUT}. Use another PERENNIAL_NAMESPACE.`,
    )
  const { sources, outbox, earliestDue } = await commands.contents(partition)
  return {
    partition,
    epoch,
    nextOffset: Number(fence['o']),
    revision: Number(fence['c'] ?? 0),
    fresh,
    effectsFrom: Number(fence['r'] ?? 0),
    lostAt: Number(fence['l'] ?? 0),
    sent: Number(fence['n']),
    sources: new Map(Object.entries(sources)),
    outbox: outbox.toSorted((a, b) => a.sequence - b.sequence),
    scoredBy: Number(fence['m'] ?? 0),
    earliestDue,
  }
}
