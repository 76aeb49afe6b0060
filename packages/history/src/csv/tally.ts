import { Fault } from '@perennial/runtime'
import { headerFault } from './header.ts'
import { type Fields, type Flaw, MAX_FIELDS, MAX_RECORD_BYTES, type RecordSink } from './record-scanner.ts'
import type { BadRow, FileReport, Table } from './table.ts'

const MOST_SHOWN = 20

const FLAWS: Readonly<Record<Flaw, string>> = {
  'open-quote': 'a quote is opened and not closed',
  'after-quote': 'something follows a closing quote; a quote inside quotes is written twice',
  'too-long': `the row is longer than ${MAX_RECORD_BYTES / 1024} KB`,
}

export type Tally = RecordSink & Readonly<{ rows(): number; report(): FileReport }>

/** Gives the rows of a file to `table`, counts them, and keeps what is wrong with them. */
export function createTally(file: string, table: Table): Tally {
  const wrong = createBadRows()
  let names: readonly string[] | undefined
  let rows = 0

  return {
    rows: () => rows,
    record(fields) {
      if (names === undefined) {
        names = headerOf(file, fields, table)
        return
      }
      rows++
      const reason =
        fields.count === names.length ? table.row(fields) : `the row has not ${names.length} fields as the header`
      if (reason !== undefined) wrong.add({ line: fields.line, reason })
    },
    broken(flaw, line) {
      rows++
      wrong.add({ line, reason: FLAWS[flaw] })
    },
    report() {
      if (names === undefined) throw emptyFault(file, table)
      table.finish?.((bad) => wrong.add(bad))
      return { file, rows, ...wrong.counted(), ignoredColumns: ignored(names, table) }
    },
  }
}

function createBadRows() {
  const byReason = new Map<string, number>()
  const first: BadRow[] = []
  return {
    add(bad: BadRow): void {
      byReason.set(bad.reason, (byReason.get(bad.reason) ?? 0) + 1)
      if (first.length < MOST_SHOWN) first.push(bad)
    },
    counted: () => ({
      bad: [...byReason.values()].reduce((sum, count) => sum + count, 0),
      badByReason: Object.fromEntries(byReason),
      firstBad: first,
    }),
  }
}

function headerOf(file: string, fields: Fields, table: Table): readonly string[] {
  const written = Array.from({ length: Math.min(fields.count, MAX_FIELDS) }, (_, i) => textOf(fields, i))
  const names = written.map((name) => name.toLowerCase())
  const fault = headerFault(file, names, table.columns)
  if (fault !== undefined) throw fault
  table.header(names, written)
  return names
}

function ignored(names: readonly string[], { columns: { required, optional } }: Table): string[] {
  return optional.includes('*') ? [] : names.filter((name) => ![...required, ...optional].includes(name))
}

function textOf({ bytes, starts, ends }: Fields, field: number): string {
  return utf8.decode(bytes.subarray(starts[field], ends[field]))
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function emptyFault(file: string, table: Table): Fault {
  return new Fault(
    'history/empty',
    `${file} is empty. It must begin with a header, for example:\n${table.columns.example}`,
  )
}
