import type { SourceInput, SourceWriter } from '@perennial/runtime'

export const BATCH = 1_000

export type Feed = Readonly<{
  writer: SourceWriter
  /** After each batch, with the number of records that are in by now, skipped ones included. May wait, to hold the feed back. */
  stored: (done: number) => Promise<void>
  signal: AbortSignal
}>

/** Appends records batch by batch, in order, leaving the first `skip` out. Ends early when stopped. */
export async function feed(
  { writer, stored, signal }: Feed,
  records: Iterable<SourceInput>,
  skip = 0,
): Promise<number> {
  let done = 0
  let batch: SourceInput[] = []
  async function flush(): Promise<void> {
    await writer.write(batch)
    done += batch.length
    batch = []
    await stored(done)
  }
  for (const record of records) {
    if (signal.aborted) return done
    if (done < skip) {
      done += 1
      continue
    }
    batch.push(record)
    if (batch.length === BATCH) await flush()
  }
  if (batch.length > 0) await flush()
  return done
}
