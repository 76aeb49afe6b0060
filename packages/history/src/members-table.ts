import { decimalOf } from './csv/decimal.ts'
import { instantOf } from './csv/instant.ts'
import type { Interner } from './csv/interner.ts'
import type { Fields } from './csv/record-scanner.ts'
import type { BadRow, Table } from './csv/table.ts'
import { LONGEST_MEMBER_ID, REASONS } from './activity-table.ts'
import { mergedSpells, type Spell } from './spells.ts'

/** A row of `members.csv` as read. Times in epoch milliseconds; NaN for what is not said. */
export type SpellRow = Readonly<{
  /** Number of the member id. */
  member: number
  line: number
  joinedAt: number
  leftAt: number
  termStart: number
  termEnd: number
  dues: number
  /** Number of the spell in the file. */
  spell: number
}>

const COLUMNS = {
  required: ['member_id', 'joined_at'],
  optional: ['left_at', 'term_start', 'term_end', 'dues', 'spell'],
  example:
    'member_id,joined_at,left_at,term_start,term_end,dues,spell\n' +
    'M1001,2019-05-01,,2023-05-01,2024-05-01,140.00,1\nM1002,2018-02-10,2021-02-10,,,,1',
} as const

/** 1900: people have been members for longer than their association has had a database. */
const EARLIEST_JOIN_MS = -2_208_988_800_000
/** 2200: what is later stands for "never". */
const LATEST_MS = 7_258_118_400_000
const DAY_AHEAD_MS = 86_400_000

const SPELL_REASONS = {
  joined: 'joined_at is not an ISO 8601 date such as 2019-05-01',
  joinedRange: 'joined_at lies before 1900 or in the future',
  left: 'left_at is not an ISO 8601 date; leave it empty for somebody who is still a member',
  leftBefore: 'left_at lies before joined_at',
  term: 'term_start or term_end is not an ISO 8601 date',
  termEnd: 'term_end is missing, or not after term_start',
  dues: 'dues are not an amount such as 140.00',
  spell: 'spell is not a whole number from 1',
} as const

/** `spells()` is for when all rows are read; its members are numbers, not places. */
export type MembersTable = Table & Readonly<{ spells(): readonly Spell[] }>

/** Takes the rows of `members.csv`; `members` numbers the ids, `now` as for activities. */
export function createMembersTable(members: Interner, now: number | undefined): MembersTable {
  const rows: SpellRow[] = []
  let spells: readonly Spell[] = []
  const latestJoin = now === undefined ? LATEST_MS : now + DAY_AHEAD_MS
  let places: readonly number[] = []
  const header = (names: readonly string[]) => {
    places = [...COLUMNS.required, ...COLUMNS.optional].map((name) => names.indexOf(name))
  }

  function row(fields: Fields): string | undefined {
    const [member = 0] = places
    const length = (fields.ends[member] ?? 0) - (fields.starts[member] ?? 0)
    if (length === 0) return REASONS.noMember
    if (length > LONGEST_MEMBER_ID) return REASONS.longMember
    const said = readRow(fields, places)
    const wrong = flawOfSpell(said, latestJoin) ?? flawOfTerm(said)
    if (wrong !== undefined) return wrong
    const number = members.number(fields.bytes, fields.starts[member] ?? 0, fields.ends[member] ?? 0)
    rows.push(spellRow(number, fields.line, said))
    return undefined
  }

  function finish(tell: (bad: BadRow) => void): void {
    spells = mergedSpells(rows, tell)
  }

  return { columns: COLUMNS, header, row, finish, spells: () => spells }
}

type Said = Readonly<{
  joinedAt: number
  leftAt: number | undefined
  termStart: number | undefined
  termEnd: number | undefined
  dues: number | undefined
  spell: number | undefined
}>

function readRow(fields: Fields, places: readonly number[]): Said {
  const [, joinedAt = 0, leftAt = -1, termStart = -1, termEnd = -1, dues = -1, spell = -1] = places
  return {
    joinedAt: read(instantOf, fields, joinedAt) ?? Number.NaN,
    leftAt: neverLate(read(instantOf, fields, leftAt)),
    termStart: read(instantOf, fields, termStart),
    termEnd: neverLate(read(instantOf, fields, termEnd)),
    dues: read(decimalOf, fields, dues),
    spell: read(decimalOf, fields, spell),
  }
}

function spellRow(member: number, line: number, said: Said): SpellRow {
  const endless = said.termEnd === Number.POSITIVE_INFINITY
  return {
    member,
    line,
    joinedAt: said.joinedAt,
    leftAt: said.leftAt ?? Number.NaN,
    // A membership for life has no term.
    termStart: endless ? Number.NaN : (said.termStart ?? Number.NaN),
    termEnd: endless ? Number.NaN : (said.termEnd ?? Number.NaN),
    dues: said.dues ?? Number.NaN,
    spell: said.spell ?? Number.NaN,
  }
}

/** undefined for an empty field, NaN for one that cannot be read. */
function read(
  parse: (bytes: Uint8Array, start: number, end: number) => number,
  { bytes, starts, ends }: Fields,
  field: number,
): number | undefined {
  if (field < 0 || starts[field] === ends[field]) return undefined
  return parse(bytes, starts[field] ?? 0, ends[field] ?? 0)
}

/** 9999-12-31 is how some systems write "never". */
function neverLate(time: number | undefined): number | undefined {
  return time !== undefined && time > LATEST_MS ? Number.POSITIVE_INFINITY : time
}

function flawOfSpell({ joinedAt, leftAt, spell }: Said, latestJoin: number): string | undefined {
  if (Number.isNaN(joinedAt)) return SPELL_REASONS.joined
  if (joinedAt < EARLIEST_JOIN_MS || joinedAt > latestJoin) return SPELL_REASONS.joinedRange
  if (Number.isNaN(leftAt)) return SPELL_REASONS.left
  if (leftAt !== undefined && leftAt < joinedAt) return SPELL_REASONS.leftBefore
  return spell === undefined || (Number.isInteger(spell) && spell >= 1 && spell < 2 ** 32)
    ? undefined
    : SPELL_REASONS.spell
}

function flawOfTerm({ termStart, termEnd, dues }: Said): string | undefined {
  if (Number.isNaN(termStart) || Number.isNaN(termEnd)) return SPELL_REASONS.term
  if (termStart !== undefined && !(termEnd !== undefined && termEnd > termStart)) return SPELL_REASONS.termEnd
  return dues === undefined || dues >= 0 ? undefined : SPELL_REASONS.dues
}
