import type { Log, LogRecord, TopicPartition } from '@perennial/runtime'
import { WINDOW } from './recent-ids.ts'

/** Records asked for at a time. */
const PAGE = 1_024

/** The records of the `WINDOW` offsets before `offset`, as far as the log still has them. */
export async function readPast(
  log: Pick<Log, 'read' | 'startOffsets'>,
  tp: TopicPartition,
  offset: number,
): Promise<readonly LogRecord[]> {
  const oldest = (await log.startOffsets(tp.topic))[tp.partition] ?? 0
  const past: LogRecord[] = []
  let from = Math.max(oldest, offset - WINDOW)
  while (from < offset) {
    const page = await log.read(tp, from, Math.min(PAGE, offset - from))
    const wanted = page.filter((record) => record.offset < offset)
    past.push(...wanted)
    const last = page.at(-1)
    // Nothing there, though the log ends later: markers of transactions, which are no records.
    if (last === undefined) break
    from = last.offset + 1
  }
  return past
}
