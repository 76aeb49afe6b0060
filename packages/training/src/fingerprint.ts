import { createHash } from 'node:crypto'
import type { History } from '@perennial/history'

/** Of everything that a history says: the same facts, members and terms give the same, in whatever order they stood. */
export function fingerprintOf({ members, actions, facts, spells }: History): string {
  const hash = createHash('sha256')
  const text = (value: unknown) => hash.update(JSON.stringify(value)).update('\n')
  for (const member of members) hash.update(member).update('\n')
  text(actions.map(({ stream, action }) => [stream, action]))
  for (const column of [facts.starts, facts.at, facts.action, facts.idHi, facts.idLo]) hash.update(bytesOf(column))
  if (spells !== undefined) {
    for (const column of [spells.member, spells.joinedAt, spells.leftAt, spells.termStarts])
      hash.update(bytesOf(column))
    text(spells.terms.map(({ start, end, dues }) => [start, end, dues]))
  }
  return hash.digest('hex')
}

function bytesOf(column: Float64Array | Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
}
