import { type Chunk, loadRows } from '@perennial/engine'
import type { PartitionStore } from '@perennial/runtime'

/**
 * Fills the chunk's rows with what is stored; answers which there are. Read anew for every commit: rows kept in memory
 * between commits cost this process three times what reading them costs Redis (see docs/performance.md).
 */
export async function loadStored(
  store: Pick<PartitionStore, 'load'>,
  partition: number,
  chunk: Chunk,
): Promise<(place: number) => boolean> {
  const stored = await store.load(partition, chunk.keys)
  loadRows(chunk, stored)
  return (place) => stored[place] instanceof Uint8Array
}
