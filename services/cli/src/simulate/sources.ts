import { createHmac, randomBytes } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { type EpochMs, FactCursor, readBlock, type Vocabulary } from '@perennial/member'
import { Fault, type Log } from '@perennial/runtime'
import { topicOf } from '@perennial/streams'
import type { Context } from '../context.ts'
import { readFolder } from '../commands/read-folder.ts'
import { findFiles, readLines } from '../replay/files.ts'
import { parseRow } from '../replay/rows.ts'
import { SAMPLE_DEFAULTS, sampleRecords } from '../sample/sample.ts'
import { count } from '../terminal/words.ts'
import { FactTable, isPassedOn } from './fact-table.ts'
import { historyFacts } from './history-facts.ts'
import { factsOf, recordReader } from './record-facts.ts'
import type { TimedFacts } from './timed-facts.ts'

export type ReadOptions = Readonly<{ vocabulary: Vocabulary; maxBadPercent: number }>

/** The sample association, its two years ending at `end`. */
export function sampleFacts(context: Context, end: EpochMs, { vocabulary }: ReadOptions): TimedFacts {
  const read = recordReader(vocabulary, hashing())
  const table = new FactTable()
  const progress = context.progress('Read the sample')
  let records = 0
  for (const record of sampleRecords({ ...SAMPLE_DEFAULTS, end })) {
    table.addAll(factsOf(read(record)))
    if (++records % 5_000 === 0) progress.update(records)
  }
  progress.update(records, records)
  progress.finish()
  return table.done()
}

/** A history folder (CSV, see packages/history), or replay files. */
export async function fileFacts(context: Context, path: string, options: ReadOptions): Promise<TimedFacts> {
  const found = await stat(path).catch(() => undefined)
  const names = found?.isDirectory() === true ? await readdir(path) : []
  if (!names.some((name) => /^activity\.csv(\.gz)?$/.test(name))) return replayFacts(context, path, options)
  const history = await readFolder(context, path, options)
  return historyFacts(history, () => recordReader(options.vocabulary, hashing()), context.now())
}

async function replayFacts(
  context: Context,
  path: string,
  { vocabulary, maxBadPercent }: ReadOptions,
): Promise<TimedFacts> {
  const read = recordReader(vocabulary, hashing())
  const table = new FactTable()
  const files = await findFiles(path)
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const progress = context.progress('Read the records')
  let [records, broken, before] = [0, 0, 0]
  for (const file of files) {
    for await (const line of readLines(file)) {
      const row = parseRow(line.text)
      records++
      if (row.kind === 'broken') broken++
      else table.addAll(factsOf(read(row.input)))
      const share = (before + line.read) / Math.max(1, total)
      if (records % 5_000 === 0) progress.update(records, Math.round(records / Math.max(share, 1e-6)))
    }
    before += file.bytes
  }
  progress.update(records, records)
  progress.finish()
  if (broken > (records * maxBadPercent) / 100)
    throw new Fault('found', `${count(broken, 'row')} of ${path} cannot be read: perennial replay lists them.`)
  if (broken > 0) context.note(`${count(broken, 'row')} of ${path} cannot be read, and count as nothing.`)
  return table.done()
}

const ACTIVITY = topicOf('member-activity')
const PAGE = 200

/** What the deployment's log holds: everything that ingest has taken in and that is kept. */
export async function logFacts(context: Context, log: Log): Promise<TimedFacts> {
  const table = new FactTable()
  const [starts, ends] = await Promise.all([log.startOffsets(ACTIVITY), log.endOffsets(ACTIVITY)])
  const total = ends.reduce((sum, end, partition) => sum + end - (starts[partition] ?? 0), 0)
  const progress = context.progress('Read the log', total)
  let done = 0
  for (const [partition, end] of ends.entries()) {
    for (let from = starts[partition] ?? 0; from < end;) {
      const page = await log.read({ topic: ACTIVITY, partition }, from, PAGE)
      for (const { value } of page) addBlock(table, value)
      const next = (page.at(-1)?.offset ?? end) + 1
      done += Math.min(next, end) - from
      from = next
      progress.update(done)
    }
  }
  progress.finish()
  if (table.count === 0)
    throw new Fault(
      'found',
      'The log holds no facts yet. Name a past with --history FOLDER, or try the sample association: --sample',
    )
  return table.done()
}

/** A block that cannot be read is in the dead letters of scoring, too. */
function addBlock(table: FactTable, value: Buffer | null): void {
  if (value === null || !isBlock(value)) return
  for (const fact of readBlock(Buffer.from(value))) if (!isPassedOn(fact)) table.add(fact)
}

function isBlock(value: Buffer): boolean {
  try {
    const cursor = new FactCursor(value)
    while (cursor.next());
    return true
  } catch {
    return false
  }
}

/** Tells addresses apart, and forgets which they were: the key is this run's. */
function hashing(): (address: string) => string {
  const key = randomBytes(32)
  return (address) => createHmac('sha256', key).update(address).digest('base64url').slice(0, 22)
}
