import { HAS_ID } from './activity-table.ts'
import type { Columns } from './facts.ts'

/** Moves the facts together over those that repeat an id of their member; how many are left. */
export function withoutRepeats(columns: Columns, starts: Uint32Array): number {
  const { at, action, idHi, idLo, value } = columns
  const known = createIdSet()
  let to = 0
  let from = 0
  for (let m = 0; m + 1 < starts.length; m++) {
    const end = starts[m + 1] ?? 0
    starts[m] = to
    known.clear(end - from)
    for (; from < end; from++) {
      const kind = action[from] ?? 0
      if ((kind & HAS_ID) !== 0 && !known.add(idHi[from] ?? 0, idLo[from] ?? 0)) continue
      at[to] = at[from] ?? 0
      action[to] = kind
      idHi[to] = idHi[from] ?? 0
      idLo[to] = idLo[from] ?? 0
      if (value !== undefined) value[to] = value[from] ?? 0
      to++
    }
  }
  starts[starts.length - 1] = to
  return to
}

/** A set of 64-bit ids that is cleared for each member: open addressing, at most half full. */
function createIdSet() {
  let size = 0
  let his = new Uint32Array(64)
  let los = new Uint32Array(64)
  return {
    clear(most: number): void {
      size = 64
      while (size < 2 * most) size *= 2
      if (his.length < size) [his, los] = [new Uint32Array(size), new Uint32Array(size)]
      his.fill(0, 0, size)
      los.fill(0, 0, size)
    },
    /** False for an id that is in it. */
    add(hi: number, lo: number): boolean {
      let place = lo & (size - 1)
      // No id is (0, 0): that is a free place.
      while (his[place] !== 0 || los[place] !== 0) {
        if (his[place] === hi && los[place] === lo) return false
        place = (place + 1) & (size - 1)
      }
      his[place] = hi
      los[place] = lo
      return true
    },
  }
}
