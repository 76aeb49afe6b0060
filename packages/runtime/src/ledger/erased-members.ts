import { memberKey } from '@perennial/member'
import type { Erasures } from '../erasures/erasures.ts'

/** Which of these members were erased and not readmitted: asked on deciding, and again on sending. */
export type ErasedMembers = (memberIds: readonly string[]) => Promise<ReadonlySet<string>>

export function erasedMembers(erasures: Pick<Erasures, 'barOf'>): ErasedMembers {
  return async (memberIds) => new Set(memberIds.filter((id) => erasures.barOf(memberKey(id)) === Infinity))
}

/** For tests. */
export const nobodyErased: ErasedMembers = async () => new Set()
