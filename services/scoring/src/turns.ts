import { type Chunk, clearChunk } from '@perennial/engine'
import type { ChunkPool } from './chunk-pool.ts'

export type Turns = <T>(work: (chunk: Chunk) => Promise<T>) => Promise<T>

/**
 * Work on one partition, one thing at a time, each with a working set to itself. After a failure nothing is begun any more:
 * what waited behind it must not write what it left in memory.
 */
export function createTurns(chunks: ChunkPool): Turns {
  let last: Promise<unknown> = Promise.resolve()
  let failed: Error | undefined

  async function turn<T>(work: (chunk: Chunk) => Promise<T>): Promise<T> {
    if (failed !== undefined) throw failed
    const chunk = chunks.take()
    try {
      return await work(chunk)
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error))
      throw error
    } finally {
      clearChunk(chunk)
      chunks.give(chunk)
    }
  }

  return (work) => {
    const done = last.then(() => turn(work))
    last = done.catch(() => undefined)
    return done
  }
}
