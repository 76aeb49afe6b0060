import { getHeapStatistics } from 'node:v8'
import type { Failure, Target } from './target.ts'

/** A thousand times the largest input. */
const MOST_GROWN_BYTES = 64 * 1024 * 1024

/** Gives the target one input: how that failed, if it did. A hang is for the one who watches to tell. */
export async function attempt(target: Target, input: Buffer): Promise<Failure | undefined> {
  const before = heldBytes()
  try {
    const taken = target.take(Buffer.from(input))
    if (taken !== undefined) await taken
  } catch (error) {
    if (target.declared?.(error) !== true) return { what: 'crash', detail: shown(error) }
  }
  const grown = heldBytes() - before
  if (grown <= MOST_GROWN_BYTES) return undefined
  return { what: 'memory', detail: `${Math.round(grown / 2 ** 20)} MB for ${input.length} bytes` }
}

/** What was allocated, collected or not: an input takes too little time for a collection to hide much. */
function heldBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

/** What it was and where, the first lines of it. */
function shown(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`
  const lines = (error.stack ?? error.message).split('\n').filter((line) => !line.includes('/test/fuzz/'))
  return lines.slice(0, 5).join('\n').slice(0, 1_000)
}
