import { Fault } from '@perennial/runtime'
import { ByteHash } from './csv/byte-hash.ts'
import { decimalOf } from './csv/decimal.ts'
import { instantOf } from './csv/instant.ts'
import { Interner } from './csv/interner.ts'
import type { Fields } from './csv/record-scanner.ts'
import type { Table } from './csv/table.ts'

/** Rows per segment. A power of two, so that row r stands in segment r >>> SEGMENT_BITS. */
export const SEGMENT_BITS = 16
const SEGMENT_ROWS = 1 << SEGMENT_BITS
export const SEGMENT_MASK = SEGMENT_ROWS - 1

/** Some rows of the file, column by column, in the order of the file. */
export type Segment = Readonly<{
  member: Uint32Array
  at: Float64Array
  /** The number of the (stream, action), and HAS_ID. */
  action: Uint16Array
  /** The hash of the id, or of what else tells rows without one apart: object and value. */
  idHi: Uint32Array
  idLo: Uint32Array
  /** Of no length where the file has no such column. */
  value: Float64Array
}>

/** The top bit of an action number: the row has an id of its own. */
export const HAS_ID = 0x8000
const MOST_ACTIONS = HAS_ID

/** The rows of an activity file as read, before they are put in order. */
export type RawActivity = {
  segments: Segment[]
  rows: number
  /** By number: stream and action. */
  actions: { stream: string; action: string }[]
  hasValues: boolean
}

/** 1980-01-01, as for facts that come in live: times in seconds, or empty ones, are all in 1970. */
const EARLIEST_MS = 315_532_800_000
/** 2100-01-01: the decayed sums of a row reach to 2104. */
const LATEST_MS = 4_102_444_800_000
const DAY_AHEAD_MS = 86_400_000
/** Bytes, as for references that come in live. */
export const LONGEST_MEMBER_ID = 247
const LONGEST_NAME = 100

export const REASONS = {
  noMember: 'member_id is empty',
  longMember: `member_id is longer than ${LONGEST_MEMBER_ID} bytes`,
  at: 'at is not an ISO 8601 time such as 2024-03-01T09:30:00Z',
  range: 'at lies before 1980 or after 2099',
  future: 'at lies in the future',
  noStream: 'stream is empty',
  noAction: 'action is empty',
  longName: `stream or action is longer than ${LONGEST_NAME} bytes`,
  value: 'value is not a number such as 12.50',
} as const

const COLUMNS = {
  required: ['member_id', 'at', 'stream', 'action'],
  optional: ['object', 'value', 'id'],
  example:
    'member_id,at,stream,action,object,value,id\nM1001,2024-03-01T18:30:00Z,event-attendance,attended,spring-meeting,,evt-7\n' +
    'M1001,2024-03-04T09:12:00Z,purchase,order_completed,field-guide,24.00,ord-19',
} as const

export type ActivityTable = Table & Readonly<{ raw: RawActivity }>

/** Which field of a row is what; -1 for a column that the file does not have. */
type Places = { [name in (typeof COLUMNS.required)[number] | (typeof COLUMNS.optional)[number]]: number }

/**
 * Takes the rows of `activity.csv` into columns of numbers. `members` numbers the ids; `now`, where given, is the
 * instant after which (and a day) a row is taken for a mistake. Throws a Fault `history/too-many-actions`.
 */
export function createActivityTable(members: Interner, now: number | undefined): ActivityTable {
  const raw: RawActivity = { segments: [], rows: 0, actions: [], hasValues: false }
  const latest = now === undefined ? LATEST_MS : Math.min(LATEST_MS, now + DAY_AHEAD_MS)
  const actionNumber = createActionNumbers(raw.actions)
  const hash = new ByteHash()
  const places: Places = { member_id: 0, at: 0, stream: 0, action: 0, object: -1, value: -1, id: -1 }
  let segment = newSegment(0, false)

  function header(names: readonly string[]): void {
    for (const name of [...COLUMNS.required, ...COLUMNS.optional]) places[name] = names.indexOf(name)
  }

  function row(fields: Fields): string | undefined {
    const { bytes, starts, ends } = fields
    const time = instantOf(bytes, starts[places.at] ?? 0, ends[places.at] ?? 0)
    const wrong = flawOf(fields, places) ?? flawOfTime(time, latest)
    if (wrong !== undefined) return wrong
    const { value, member_id: member } = places
    const number = lengthOf(fields, value) > 0 ? decimalOf(bytes, starts[value] ?? 0, ends[value] ?? 0) : undefined
    if (Number.isNaN(number)) return REASONS.value
    const hasId = hashRow(hash, fields, places)
    const i = raw.rows++ & SEGMENT_MASK
    if (i === 0) raw.segments.push((segment = newSegment(SEGMENT_ROWS, value >= 0)))
    segment.member[i] = members.number(bytes, starts[member] ?? 0, ends[member] ?? 0)
    segment.at[i] = time
    segment.action[i] = actionNumber(fields, places) | (hasId ? HAS_ID : 0)
    segment.idHi[i] = hash.hi
    segment.idLo[i] = hash.lo
    segment.value[i] = number ?? Number.NaN
    if (number !== undefined) raw.hasValues = true
    return undefined
  }

  return { columns: COLUMNS, header, row, raw }
}

function flawOf(fields: Fields, { member_id: member, stream, action }: Places): string | undefined {
  const length = lengthOf(fields, member)
  if (length === 0) return REASONS.noMember
  if (length > LONGEST_MEMBER_ID) return REASONS.longMember
  const [streamLength, actionLength] = [lengthOf(fields, stream), lengthOf(fields, action)]
  if (streamLength === 0) return REASONS.noStream
  if (actionLength === 0) return REASONS.noAction
  return streamLength > LONGEST_NAME || actionLength > LONGEST_NAME ? REASONS.longName : undefined
}

function flawOfTime(time: number, latest: number): string | undefined {
  if (Number.isNaN(time)) return REASONS.at
  if (time < EARLIEST_MS || time >= LATEST_MS) return REASONS.range
  return time > latest ? REASONS.future : undefined
}

/** Hashes the id, or of a row without one what it says besides; true for a row with an id. */
function hashRow(hash: ByteHash, fields: Fields, { object, value, id }: Places): boolean {
  const hasId = lengthOf(fields, id) > 0
  hash.begin()
  if (hasId) hashField(hash, fields, id)
  else {
    hashField(hash, fields, object)
    hashField(hash, fields, value)
  }
  hash.finish()
  return hasId
}

/** An empty field and one that the file does not have are the same. */
function hashField(hash: ByteHash, fields: Fields, field: number): void {
  if (field < 0) hash.text(fields.bytes, 0, 0)
  else hash.text(fields.bytes, fields.starts[field] ?? 0, fields.ends[field] ?? 0)
}

function lengthOf({ starts, ends }: Fields, field: number): number {
  return field < 0 ? 0 : (ends[field] ?? 0) - (starts[field] ?? 0)
}

/** Numbers of (stream, action) pairs. */
function createActionNumbers(actions: { stream: string; action: string }[]) {
  const streams = new Interner()
  const names = new Interner()
  const numbers = new Map<number, number>()
  return ({ bytes, starts, ends }: Fields, places: Places): number => {
    const stream = streams.number(bytes, starts[places.stream] ?? 0, ends[places.stream] ?? 0)
    const action = names.number(bytes, starts[places.action] ?? 0, ends[places.action] ?? 0)
    const key = stream * 2 ** 20 + action
    const known = numbers.get(key)
    if (known !== undefined) return known
    if (actions.length === MOST_ACTIONS)
      throw new Fault(
        'history/too-many-actions',
        `There are more than ${MOST_ACTIONS} different pairs of stream and action. An action is a kind of thing that ` +
          `members do, such as attended; what it was done to belongs in the column object.`,
      )
    numbers.set(key, actions.length)
    return actions.push({ stream: streams.texts[stream] ?? '', action: names.texts[action] ?? '' }) - 1
  }
}

function newSegment(rows: number, withValues: boolean): Segment {
  return {
    member: new Uint32Array(rows),
    at: new Float64Array(rows),
    action: new Uint16Array(rows),
    idHi: new Uint32Array(rows),
    idLo: new Uint32Array(rows),
    value: new Float64Array(withValues ? rows : 0),
  }
}
