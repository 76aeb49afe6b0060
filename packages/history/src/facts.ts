import { HAS_ID, type RawActivity, SEGMENT_BITS, SEGMENT_MASK, type Segment } from './activity-table.ts'
import { nameFacts } from './fact-ids.ts'
import { byMember, sortByTime } from './order.ts'
import { withoutRepeats } from './repeats.ts'

/**
 * Everything that members did, as columns, by member and within a member by time; what is equal in both stands by
 * action and id, so that nothing depends on the order of the file. The facts of member m are those from
 * `starts[m]` to `starts[m + 1]`.
 */
export type Facts = Readonly<{
  count: number
  starts: Uint32Array
  at: Float64Array
  /** Index into the history's actions. */
  action: Uint16Array
  /** 64 bits that tell facts apart, as two unsigned halves: the same for the same fact in any file. */
  idHi: Uint32Array
  idLo: Uint32Array
  /** NaN where a row has none; undefined where no row has one. */
  value: Float64Array | undefined
}>

/** A stream's action; `count` is how many facts there are of it. */
export type Action = Readonly<{ stream: string; action: string; count: number }>

/** The columns while they are put in order; `action` still has HAS_ID. */
export type Columns = {
  at: Float64Array
  action: Uint16Array
  idHi: Uint32Array
  idLo: Uint32Array
  value: Float64Array | undefined
}

/**
 * Puts the rows in order and leaves out repeats: rows of one member with the same id, of which the earliest stays, so
 * that nothing later can take a fact away. Rows without an id are facts of their own, however alike. Uses `raw` up.
 * `rank[number]` is the place of a member, `ids` are the ids in that order.
 */
export function factsOf(
  raw: RawActivity,
  rank: Uint32Array,
  ids: readonly string[],
): Readonly<{ facts: Facts; actions: Action[]; duplicates: number }> {
  const { order, texts } = actionOrder(raw)
  const { rows, starts } = byMember(raw, rank)
  const columns = takeColumns(raw, rows, starts)
  for (let i = 0; i < rows.length; i++) {
    const action = columns.action[i] ?? 0
    columns.action[i] = (order[action & ~HAS_ID] ?? 0) | (action & HAS_ID)
  }
  for (let m = 0; m < ids.length; m++) settleTies(columns, starts[m] ?? 0, starts[m + 1] ?? 0)
  const repeatable = nameFacts(columns, { starts, ids, actions: texts })
  const count = repeatable ? withoutRepeats(columns, starts) : rows.length
  const counts = new Uint32Array(texts.length)
  for (let i = 0; i < count; i++) {
    const action = (columns.action[i] ?? 0) & ~HAS_ID
    columns.action[i] = action
    counts[action] = (counts[action] ?? 0) + 1
  }
  return {
    facts: { count, starts, ...cut(columns, count) },
    actions: texts.map((text, i) => ({ ...text, count: counts[i] ?? 0 })),
    duplicates: rows.length - count,
  }
}

/** Actions by stream and name: `order[number as read]` is the new number. */
function actionOrder(raw: RawActivity) {
  const numbers = raw.actions.map((_, i) => i)
  const key = ({ stream, action }: { stream: string; action: string }) => `${stream}\u0000${action}`
  const keys = raw.actions.map(key)
  numbers.sort((a, b) => ((keys[a] ?? '') < (keys[b] ?? '') ? -1 : 1))
  const order = new Uint16Array(numbers.length)
  for (const [place, number] of numbers.entries()) order[number] = place
  return { order, texts: numbers.flatMap((number) => raw.actions[number] ?? []) }
}

/** The columns in order, `rows` brought into it. Each is given back by the segments before the next is made: memory. */
function takeColumns(raw: RawActivity, rows: Uint32Array, starts: Uint32Array): Columns {
  release(raw.segments, 'member')
  if (!raw.hasValues) release(raw.segments, 'value')
  const at = take(raw, 'at', rows, new Float64Array(rows.length))
  sortByTime(at, rows, starts)
  return {
    at,
    action: take(raw, 'action', rows, new Uint16Array(rows.length)),
    idHi: take(raw, 'idHi', rows, new Uint32Array(rows.length)),
    idLo: take(raw, 'idLo', rows, new Uint32Array(rows.length)),
    value: raw.hasValues ? take(raw, 'value', rows, new Float64Array(rows.length)) : undefined,
  }
}

function take<A extends Float64Array | Uint16Array | Uint32Array>(
  { segments }: RawActivity,
  name: 'at' | 'action' | 'idHi' | 'idLo' | 'value',
  rows: Uint32Array,
  column: A,
): A {
  const parts = segments.map((segment) => segment[name])
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    column[i] = parts[row >>> SEGMENT_BITS]?.[row & SEGMENT_MASK] ?? 0
  }
  release(segments, name)
  return column
}

/** Gives memory back at once; the collector might wait until there is too much of it. */
function release(segments: readonly Segment[], name: keyof Segment): void {
  for (const segment of segments) {
    const { buffer } = segment[name]
    if (buffer instanceof ArrayBuffer) buffer.transfer(0)
  }
}

/** Puts facts of one member and instant in an order of their own. */
function settleTies(columns: Columns, start: number, end: number): void {
  const { at } = columns
  for (let from = start; from < end;) {
    let to = from + 1
    let inOrder = true
    for (; to < end && at[to] === at[from]; to++) if (compare(columns, to - 1, to) > 0) inOrder = false
    if (!inOrder) sortTies(columns, from, to)
    from = to
  }
}

function sortTies(columns: Columns, from: number, to: number): void {
  const order = Array.from({ length: to - from }, (_, i) => from + i).sort((a, b) => compare(columns, a, b))
  const { action, idHi, idLo, value } = columns
  for (const column of value === undefined ? [action, idHi, idLo] : [action, idHi, idLo, value]) {
    const values = order.map((i) => column[i] ?? 0)
    for (const [i, each] of values.entries()) column[from + i] = each
  }
}

function compare({ action, idHi, idLo, value }: Columns, a: number, b: number): number {
  return (
    (action[a] ?? 0) - (action[b] ?? 0) ||
    (idHi[a] ?? 0) - (idHi[b] ?? 0) ||
    (idLo[a] ?? 0) - (idLo[b] ?? 0) ||
    (value === undefined ? 0 : compareValues(value[a] ?? 0, value[b] ?? 0))
  )
}

/** NaN, no value, comes last. */
function compareValues(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : a - b
}

/** Only as much as is used. */
function cut({ at, action, idHi, idLo, value }: Columns, count: number) {
  return {
    at: at.subarray(0, count),
    action: action.subarray(0, count),
    idHi: idHi.subarray(0, count),
    idLo: idLo.subarray(0, count),
    value: value?.subarray(0, count),
  }
}
