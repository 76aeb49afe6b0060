import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Fault, messageOf } from '@perennial/runtime'
import { type Fields, RecordScanner } from './record-scanner.ts'
import { createTally } from './tally.ts'

/** What is to become of the rows of a CSV file. */
export type Table = Readonly<{
  columns: Readonly<{ required: readonly string[]; optional: readonly string[]; example: string }>
  /** The names of the header in small letters, and as they are written. May throw a Fault. */
  header(names: readonly string[], written: readonly string[]): void
  /** A row with as many fields as the header. Answers what is wrong with it. */
  row(fields: Fields): string | undefined
  /** All rows are read: tells of those that are wrong only beside others. */
  finish?(tell: (bad: BadRow) => void): void
}>

/** What a file was like. Reasons never quote a field: they are shown and logged. */
export type FileReport = Readonly<{
  file: string
  /** Rows, the header left out, good and bad. */
  rows: number
  bad: number
  badByReason: Readonly<Record<string, number>>
  /** The first of the bad ones. */
  firstBad: readonly BadRow[]
  /** Columns that mean nothing here. */
  ignoredColumns: readonly string[]
}>

/** `line` is the line of the file on which the row begins, from 1. */
export type BadRow = Readonly<{ line: number; reason: string }>

export type Progress = Readonly<{
  file: string
  /** Bytes read from the disk so far, compressed if the file is, and of how many. */
  bytes: number
  totalBytes: number
  rows: number
}>

export type ReadOptions = Readonly<{
  onProgress?: (progress: Progress) => void
  /** How large a share of bad rows is put up with, 0 to 1; 0.01 where nothing is said. */
  maxBadShare?: number
}>

const CHUNK_BYTES = 1 << 20
const DEFAULT_BAD_SHARE = 0.01

/**
 * Streams a CSV file, compressed when its name ends in .gz, through `table`. Throws a Fault: `history/empty`,
 * `history/encoding`, `history/header`, `history/unreadable` (not to be opened, or damaged),
 * `history/bad-rows` when more rows are bad than `maxBadShare`.
 */
export async function readTable(path: string, table: Table, options: ReadOptions = {}): Promise<FileReport> {
  const file = basename(path)
  const tally = createTally(file, table)
  const scanner = new RecordScanner(tally)
  try {
    const totalBytes = (await stat(path)).size
    const source = createReadStream(path, { highWaterMark: CHUNK_BYTES })
    const take = async (chunks: AsyncIterable<Buffer>) => {
      let first = true
      for await (const chunk of chunks) {
        scanner.push(first ? withoutMark(chunk, file) : chunk)
        first = false
        options.onProgress?.({ file, bytes: source.bytesRead, totalBytes, rows: tally.rows() })
      }
    }
    if (path.endsWith('.gz')) await pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), take)
    else await pipeline(source, take)
  } catch (error) {
    throw error instanceof Fault ? error : unreadable(file, error)
  }
  scanner.end()
  const report = tally.report()
  refuseIfBad(report, options.maxBadShare ?? DEFAULT_BAD_SHARE)
  return report
}

/** Takes the byte order mark of UTF-8 off. The mark of UTF-16 is what Excel writes as "Unicode text". */
function withoutMark(chunk: Uint8Array, file: string): Uint8Array {
  const [a, b, c] = chunk
  if (a === 0xef && b === 0xbb && c === 0xbf) return chunk.subarray(3)
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
    throw new Fault('history/encoding', `${file} is UTF-16; save it as UTF-8 (in Excel: "CSV UTF-8").`)
  return chunk
}

function unreadable(file: string, cause: unknown): Fault {
  const why = messageOf(cause)
  return new Fault('history/unreadable', `${file} cannot be read: ${why}. If it is damaged, export it again.`, {
    cause,
  })
}

function refuseIfBad(report: FileReport, maxBadShare: number): void {
  const { file, rows, bad, firstBad, badByReason } = report
  if (bad <= rows * maxBadShare) return
  const share = `${((100 * bad) / rows).toFixed(1)} %`
  const counts = Object.entries(badByReason).map(([reason, count]) => `${count} × ${reason}`)
  const lines = firstBad.slice(0, 5).map(({ line, reason }) => `line ${line}: ${reason}`)
  throw new Fault(
    'history/bad-rows',
    `${bad} of ${rows} rows of ${file} (${share}) cannot be used: ${counts.join('; ')}. ${lines.join('; ')}. ` +
      `Mend the export, or allow a larger share of bad rows.`,
    { details: [...counts, ...lines] },
  )
}
