import { type EpochMs, rowProblem, type Vocabulary } from '@perennial/member'
import { isFault, type Log, type LogRecord } from '@perennial/runtime'
import { STATE_TOPIC } from '@perennial/streams'
import { type Head, HEAD_KEY, readHead, readRowValue } from './record.ts'

const PAGE = 1_000

export type StateLog = Pick<Log, 'read' | 'startOffsets' | 'endOffsets'>

/** A snapshot that can be gone on from. */
export type Snapshot = Readonly<{ head: Head; rows: ReadonlyMap<string, Buffer> }>

/**
 * The latest whole snapshot of a partition. Undefined: there is none that can be used: none was ever taken, rows of the
 * last one were compacted away behind others that were broken off, or rows are of a layout that is not known here.
 */
export async function readSnapshot(
  log: StateLog,
  partition: number,
  vocabulary: Vocabulary,
): Promise<Snapshot | undefined> {
  const found = await latestHead(log, partition)
  if (found === undefined) return undefined
  const { head, place } = found
  const rows = new Map<string, Buffer>()
  for await (const { key, value, offset } of stateRecords(log, partition)) {
    if (offset >= place) break
    const name = key?.toString() ?? ''
    if (name === HEAD_KEY) continue
    const read = value === null ? undefined : readRowValue(value)
    if (value === null) rows.delete(name)
    else if (read === undefined) return undefined
    else if (read.epoch === head.epoch && read.at === head.at) rows.set(name, Buffer.from(read.row))
  }
  const whole = rows.size === head.rows
  return whole && [...rows.values()].every((row) => rowProblem(row, vocabulary) === undefined)
    ? { head, rows }
    : undefined
}

/** The end of the latest snapshot that was completed, and the offset of its record: looked for from the end of the topic. */
async function latestHead(
  log: StateLog,
  partition: number,
): Promise<Readonly<{ head: Head; place: number }> | undefined> {
  const { start, end } = await edges(log, partition)
  for (let until = end; until > start;) {
    const from = Math.max(start, until - PAGE)
    const page = await log.read({ topic: STATE_TOPIC, partition }, from, until - from)
    for (const { key, value, offset } of page.toReversed()) {
      // Compaction leaves holes: what was asked for may lie behind what was looked through already.
      const head = offset < until && key?.toString() === HEAD_KEY && value !== null ? readHead(value) : undefined
      if (head !== undefined) return { head, place: offset }
    }
    until = from
  }
  return undefined
}

/** When the latest snapshot of a partition was begun; undefined: none was ever completed. */
export async function latestSnapshotAt(log: StateLog, partition: number): Promise<EpochMs | undefined> {
  return (await latestHead(log, partition))?.head.at
}

/** All that is in a partition of the topic by now; nothing where there is no such topic. */
export async function* stateRecords(log: StateLog, partition: number): AsyncGenerator<LogRecord> {
  const { start, end } = await edges(log, partition)
  for (let at = start; at < end;) {
    const page = await log.read({ topic: STATE_TOPIC, partition }, at, PAGE)
    yield* page
    at = (page.at(-1)?.offset ?? end - 1) + 1
  }
}

async function edges(log: StateLog, partition: number): Promise<Readonly<{ start: number; end: number }>> {
  try {
    const [starts, ends] = await Promise.all([log.startOffsets(STATE_TOPIC), log.endOffsets(STATE_TOPIC)])
    return { start: starts[partition] ?? 0, end: ends[partition] ?? 0 }
  } catch (error) {
    // A deployment that has never taken one.
    if (isFault(error, 'log/no-topic')) return { start: 0, end: 0 }
    throw error
  }
}
