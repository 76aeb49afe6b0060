import { type Chunk, loadRows } from '@perennial/engine'
import type { PartitionStore, Standing } from '@perennial/runtime'

/**
 * Fills the chunk's rows with what is stored; answers which there are, and how the partition stood. Read anew for every commit: rows kept in memory
 * between commits cost this process three times what reading them costs Redis (see docs/performance.md).
 */
export async function loadStored(
  store: Pick<PartitionStore, 'load'>,
  partition: number,
  chunk: Chunk,
): Promise<{ present: (place: number) => boolean; standing: Standing | undefined }> {
  const { rows, standing } = await store.load(partition, chunk.keys)
  loadRows(chunk, rows)
  return { present: (place) => rows[place] instanceof Uint8Array, standing }
}
