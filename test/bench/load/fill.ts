import { createSourceWriter, type Platform, type SourceInput } from '@perennial/runtime'
import type { Loaded } from './facts.ts'

/** Records of one write. */
const AT_ONCE = 4_000
/** Writes under way: the next is encoded while one is sent. */
const UNDER_WAY = 3

/** Appends the records, as a producer would; answers how many. `onLoaded` sees each of them. */
export async function fill(
  platform: Platform,
  records: Iterable<Loaded>,
  onLoaded: (loaded: Loaded) => void = () => undefined,
): Promise<number> {
  const writer = await createSourceWriter(platform)
  const writes: Promise<void>[] = []
  let batch: SourceInput[] = []
  let count = 0

  async function write(): Promise<void> {
    const writing = writer.write(batch)
    writing.catch(() => undefined)
    writes.push(writing)
    batch = []
    if (writes.length >= UNDER_WAY) await writes.shift()
  }

  for (const loaded of records) {
    onLoaded(loaded)
    batch.push(loaded.input)
    count++
    if (batch.length === AT_ONCE) await write()
  }
  await write()
  await Promise.all(writes)
  return count
}
