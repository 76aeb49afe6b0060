import { type RawActivity, SEGMENT_BITS, SEGMENT_MASK } from './activity-table.ts'

/**
 * The rows by member, in the order of the file within a member: a counting sort. `rank[number]` is the place of a
 * member. Member m has the rows from `starts[m]` to `starts[m + 1]`.
 */
export function byMember(raw: RawActivity, rank: Uint32Array): Readonly<{ rows: Uint32Array; starts: Uint32Array }> {
  const starts = new Uint32Array(rank.length + 1)
  for (let row = 0; row < raw.rows; row++) {
    const key = memberOf(raw, rank, row) + 1
    starts[key] = (starts[key] ?? 0) + 1
  }
  for (let m = 1; m < starts.length; m++) starts[m] = (starts[m] ?? 0) + (starts[m - 1] ?? 0)
  const next = starts.slice()
  const rows = new Uint32Array(raw.rows)
  for (let row = 0; row < raw.rows; row++) {
    const m = memberOf(raw, rank, row)
    const place = next[m] ?? 0
    rows[place] = row
    next[m] = place + 1
  }
  return { rows, starts }
}

function memberOf(raw: RawActivity, rank: Uint32Array, row: number): number {
  return rank[raw.segments[row >>> SEGMENT_BITS]?.member[row & SEGMENT_MASK] ?? 0] ?? 0
}

/**
 * Sorts every member's part of `at`, and `rows` with it; where times are equal the order stays. A part that is in order
 * costs one look: most files are in the order of time.
 */
export function sortByTime(at: Float64Array, rows: Uint32Array, starts: Uint32Array): void {
  let spareAt = new Float64Array(0)
  let spareRows = new Uint32Array(0)
  for (let m = 0; m + 1 < starts.length; m++) {
    const start = starts[m] ?? 0
    const end = starts[m + 1] ?? 0
    if (isSorted(at, start, end)) continue
    if (spareAt.length < end - start) [spareAt, spareRows] = [at.slice(start, end), rows.slice(start, end)]
    const part = { at: at.subarray(start, end), rows: rows.subarray(start, end) }
    mergeSort(part, { at: spareAt.subarray(0, end - start), rows: spareRows.subarray(0, end - start) })
  }
}

function isSorted(at: Float64Array, start: number, end: number): boolean {
  for (let i = start + 1; i < end; i++) if ((at[i] ?? 0) < (at[i - 1] ?? 0)) return false
  return true
}

type Part = Readonly<{ at: Float64Array; rows: Uint32Array }>

/** Runs of so many are sorted by insertion. */
const RUN = 16

function mergeSort(part: Part, spare: Part): void {
  const { length } = part.at
  for (let from = 0; from < length; from += RUN) insertionSort(part, from, Math.min(length, from + RUN))
  let [from, to] = [part, spare]
  for (let width = RUN; width < length; width *= 2) {
    for (let left = 0; left < length; left += 2 * width) merge(from, to, left, width)
    ;[from, to] = [to, from]
  }
  if (from === part) return
  part.at.set(from.at)
  part.rows.set(from.rows)
}

function insertionSort({ at, rows }: Part, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const [time, row] = [at[i] ?? 0, rows[i] ?? 0]
    let place = i
    for (; place > start && (at[place - 1] ?? 0) > time; place--) {
      at[place] = at[place - 1] ?? 0
      rows[place] = rows[place - 1] ?? 0
    }
    at[place] = time
    rows[place] = row
  }
}

/** Merges the two runs of `width` that begin at `left`; the second may be short, or nothing. */
function merge(from: Part, to: Part, left: number, width: number): void {
  const { length } = from.at
  const middle = Math.min(length, left + width)
  const end = Math.min(length, middle + width)
  let [a, b] = [left, middle]
  for (let i = left; i < end; i++) {
    const takeFirst = a < middle && (b >= end || (from.at[a] ?? 0) <= (from.at[b] ?? 0))
    const source = takeFirst ? a++ : b++
    to.at[i] = from.at[source] ?? 0
    to.rows[i] = from.rows[source] ?? 0
  }
}
