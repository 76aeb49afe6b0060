import { Fault } from '@perennial/runtime'
import { LONGEST_MEMBER_ID, REASONS } from './activity-table.ts'
import { decimalOf } from './csv/decimal.ts'
import { Interner } from './csv/interner.ts'
import type { Fields } from './csv/record-scanner.ts'
import type { BadRow, Table } from './csv/table.ts'

/** What is known of members besides: a column of `traits.csv`. By member; unknown are NaN and -1. */
export type Trait =
  | Readonly<{ kind: 'number'; name: string; values: Float64Array }>
  | Readonly<{ kind: 'category'; name: string; levels: readonly string[]; codes: Int32Array }>

const MOST_TRAITS = 200
/** A column with more different texts is an id or free text, and says nothing about the next member. */
const MOST_LEVELS = 1_000

const COLUMNS = {
  required: ['member_id'],
  // Any others.
  optional: ['*'],
  example: 'member_id,contract,monthly_charge\nM1001,one-year,56.95\nM1002,month-to-month,70.70',
} as const

const TWICE = 'the member has a row already'

type Column = { name: string; at: number; numbers: number[]; codes: number[]; levels: Interner; numeric: boolean }

type Row = Readonly<{ member: number; line: number }>

export type TraitsTable = Table &
  Readonly<{
    /** The traits by member, and the names of the columns that are none: ids and free text. */
    traits(rank: Uint32Array): Readonly<{ traits: Trait[]; leftOut: string[] }>
  }>

/** Takes the rows of `traits.csv`: whatever columns it has. A column is of numbers when all that is in it are. */
export function createTraitsTable(members: Interner): TraitsTable {
  const rows: Row[] = []
  let columns: Column[] = []
  let memberField = 0

  function header(names: readonly string[], written: readonly string[]): void {
    if (names.length > MOST_TRAITS + 1)
      throw new Fault(
        'history/header',
        `traits.csv has ${names.length} columns; at most ${MOST_TRAITS + 1} can be used.`,
      )
    memberField = names.indexOf('member_id')
    columns = written.flatMap((name, at) =>
      at === memberField || name === ''
        ? []
        : [{ name, at, numbers: [], codes: [], levels: new Interner(), numeric: true }],
    )
  }

  function row(fields: Fields): string | undefined {
    const { bytes, starts, ends } = fields
    const [from, to] = [starts[memberField] ?? 0, ends[memberField] ?? 0]
    if (from === to) return REASONS.noMember
    if (to - from > LONGEST_MEMBER_ID) return REASONS.longMember
    rows.push({ member: members.number(bytes, from, to), line: fields.line })
    for (const column of columns) addValue(column, fields)
    return undefined
  }

  const finish = (tell: (bad: BadRow) => void) => tellRepeats(rows, tell)
  const traits = (rank: Uint32Array) => traitsOf(columns, rows, rank)
  return { columns: COLUMNS, header, row, finish, traits }
}

/** Of several rows for a member the first stays. */
function tellRepeats(rows: readonly Row[], tell: (bad: BadRow) => void): void {
  const seen = new Set<number>()
  for (const { member, line } of rows) {
    if (seen.has(member)) tell({ line, reason: TWICE })
    seen.add(member)
  }
}

function traitsOf(columns: readonly Column[], rows: readonly Row[], rank: Uint32Array) {
  const places = rows.map(({ member }) => rank[member] ?? 0)
  const leftOut = columns.filter(({ numeric, levels }) => !numeric && levels.texts.length > MOST_LEVELS)
  const kept = columns.filter((column) => !leftOut.includes(column))
  return {
    traits: kept.map((column) => traitOf(column, places, rank.length)),
    leftOut: leftOut.map(({ name }) => name),
  }
}

function addValue(column: Column, { bytes, starts, ends }: Fields): void {
  const to = ends[column.at] ?? 0
  let from = starts[column.at] ?? 0
  // Blanks in quotes are an empty cell too.
  while (from < to && bytes[from] === 32) from++
  const number = from === to ? Number.NaN : decimalOf(bytes, from, to)
  if (from !== to && Number.isNaN(number)) column.numeric = false
  column.numbers.push(number)
  // The levels of a column that has too many are not needed any more; those of one that looks numeric still may be.
  const { levels } = column
  const full = levels.texts.length > MOST_LEVELS
  column.codes.push(from === to || full ? -1 : levels.number(bytes, from, to))
}

function traitOf({ name, numeric, numbers, codes, levels }: Column, places: readonly number[], members: number): Trait {
  // Backwards, so that of several rows the first stays.
  if (numeric) {
    const values = new Float64Array(members).fill(Number.NaN)
    for (let i = places.length - 1; i >= 0; i--) values[places[i] ?? 0] = numbers[i] ?? Number.NaN
    return { kind: 'number', name, values }
  }
  const byMember = new Int32Array(members).fill(-1)
  for (let i = places.length - 1; i >= 0; i--) byMember[places[i] ?? 0] = codes[i] ?? -1
  return { kind: 'category', name, levels: levels.texts, codes: byMember }
}
