import { type Chunk, newChunk } from '@perennial/engine'
import type { Vocabulary } from '@perennial/member'
import { CHUNK_CAPACITY } from './gather.ts'

/** Working sets are large, and only as many are needed as partitions are worked on at a time. */
export type ChunkPool = Readonly<{ take(): Chunk; give(chunk: Chunk): void }>

/** `capacity`: the most subjects one commit touches. `vocabulary`: the signals of the rows. */
export function createChunkPool(vocabulary: Vocabulary, capacity = CHUNK_CAPACITY): ChunkPool {
  const free: Chunk[] = []
  return { take: () => free.pop() ?? newChunk(capacity, vocabulary), give: (chunk) => void free.push(chunk) }
}
