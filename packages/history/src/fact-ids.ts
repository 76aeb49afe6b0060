import { idHash } from '@perennial/member'
import { HAS_ID } from './activity-table.ts'
import { ByteHash } from './csv/byte-hash.ts'
import type { Columns } from './facts.ts'

/** The members' ids in order, the streams' actions in order, and where each member's facts begin. */
export type Names = Readonly<{
  starts: Uint32Array
  ids: readonly string[]
  actions: readonly Readonly<{ stream: string; action: string }>[]
}>

/**
 * Gives every fact its id: from the member and the row's own id, or without one from all that the row says and a count
 * of those that say the same. Facts of a member must stand in order. Answers whether any row has an id of its own.
 */
export function nameFacts(columns: Columns, { starts, ids, actions }: Names): boolean {
  const { at, action, idHi, idLo } = columns
  const hash = new ByteHash()
  const actionHashes = actions.map(({ stream, action }) => idHash(`${stream}\u0000${action}`))
  const copies = createCopies(columns)
  let anyId = false
  for (const [m, id] of ids.entries()) {
    const member = idHash(id)
    for (let i = starts[m] ?? 0; i < (starts[m + 1] ?? 0); i++) {
      const kind = action[i] ?? 0
      const own = (kind & HAS_ID) !== 0
      anyId ||= own
      const ordinal = own ? 0 : copies.before(i)
      hash.begin()
      hash.word(member.hi)
      hash.word(member.lo)
      hash.word(idHi[i] ?? 0)
      hash.word(idLo[i] ?? 0)
      if (!own) {
        hash.word(actionHashes[kind]?.hi ?? 0)
        hash.word(actionHashes[kind]?.lo ?? 0)
        hash.word((at[i] ?? 0) % 2 ** 32)
        hash.word(Math.floor((at[i] ?? 0) / 2 ** 32))
        hash.word(ordinal)
      }
      hash.finish()
      idHi[i] = hash.hi
      idLo[i] = hash.lo
    }
    copies.forget()
  }
  return anyId
}

/** Counts rows that say the same as the one before; they stand together. */
function createCopies({ at, action, idHi, idLo }: Columns) {
  let lastAt = Number.NaN
  let lastAction = 0
  let lastHi = 0
  let lastLo = 0
  let ordinal = 0
  return {
    /** How many such rows came before row `i`, whose id columns still hold what it says. */
    before(i: number): number {
      const same = at[i] === lastAt && action[i] === lastAction && idHi[i] === lastHi && idLo[i] === lastLo
      ordinal = same ? ordinal + 1 : 0
      lastAt = at[i] ?? 0
      lastAction = action[i] ?? 0
      lastHi = idHi[i] ?? 0
      lastLo = idLo[i] ?? 0
      return ordinal
    },
    forget(): void {
      lastAt = Number.NaN
    },
  }
}
