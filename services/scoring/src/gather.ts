import { type Chunk, collectKeys, type PlacedBlock } from '@perennial/engine'
import { MAX_BLOCK_FACTS } from '@perennial/member'
import type { LogRecord } from '@perennial/runtime'

/** A commit takes whole blocks, up to this many facts: beyond, a commit only waits longer behind the others. */
const FACTS_PER_COMMIT = 8_000
/** Room for the subjects of FACTS_PER_COMMIT facts and one block more. */
export const CHUNK_CAPACITY = FACTS_PER_COMMIT + MAX_BLOCK_FACTS

/** How a record of the log is read: most are blocks as they are, some are sealed. Throws where the key is missing. */
export type OpenBlock = (value: Buffer) => Buffer

/** As many whole blocks as one commit takes, with room in the chunk for their subjects; `next`: the first record behind them. */
export function gather(
  chunk: Chunk,
  records: readonly LogRecord[],
  from: number,
  open: OpenBlock,
): { placed: PlacedBlock[]; next: number } {
  const placed: PlacedBlock[] = []
  let facts = 0
  let next = from
  for (; next < records.length && facts < FACTS_PER_COMMIT; next++) {
    const record = records[next]
    if (record === undefined || record.value === null) continue
    const { offset } = record
    const value = open(record.value)
    const places = collect(chunk, value, offset)
    if (places === undefined) continue
    facts += places.length
    placed.push({ block: value, places, offset })
  }
  return { placed, next }
}

/** Undefined: the block itself is broken, and goes to the dead letters whole. */
function collect(chunk: Chunk, block: Buffer, offset: number): Int32Array | undefined {
  const before = chunk.keys.length
  try {
    const places = collectKeys(chunk, block)
    if (places === undefined) throw new RangeError('A chunk is smaller than a commit.')
    return places
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith('A chunk')) throw error
    for (const key of chunk.keys.splice(before)) chunk.indexOf.delete(key)
    chunk.broken.push({ offset, index: -1, reason: error instanceof Error ? error.message : 'unreadable' })
    return undefined
  }
}
