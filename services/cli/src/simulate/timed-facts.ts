import { DAY_MS, type EpochMs, type Fact, type SubjectKey } from '@perennial/member'

/** The facts of a history, in any order. */
export type TimedFacts = Readonly<{
  /** Whom facts are about, or lead to. */
  subjects: readonly SubjectKey[]
  /** Pairs of subjects, by place, one of which passes on to the other what is said of it: an alias and its member. */
  ties: readonly (readonly [number, number])[]
  /** When each fact happened. */
  at: Float64Array
  /** A fact by its place in `at`. Its source says the stream; the rest of it is the reader's to say. */
  factAt(n: number): Fact
  /** The place of its subject. */
  subjectAt(n: number): number
}>

/**
 * The places of instants in the order of time; what is equal keeps its order. By days, and within a day by numbers that hold time and
 * place: ten million places with a comparator would take longer than to fold the facts.
 */
export function inOrder(at: Float64Array): Uint32Array {
  let [first, last] = [Infinity, -Infinity]
  for (const each of at) {
    if (each < first) first = each
    if (each > last) last = each
  }
  if (at.length === 0) return new Uint32Array()
  const dayOf = (time: EpochMs) => Math.floor((time - first) / DAY_MS)
  const ends = new Uint32Array(dayOf(last) + 2)
  for (const each of at) ends[dayOf(each) + 1] = (ends[dayOf(each) + 1] ?? 0) + 1
  for (let day = 1; day < ends.length; day++) ends[day] = (ends[day] ?? 0) + (ends[day - 1] ?? 0)
  const next = ends.slice()
  const order = new Uint32Array(at.length)
  for (let n = 0; n < at.length; n++) {
    const day = dayOf(at[n] ?? 0)
    order[next[day] ?? 0] = n
    next[day] = (next[day] ?? 0) + 1
  }
  for (let day = 0; day + 1 < ends.length; day++)
    sortDay(at, order.subarray(ends[day], ends[day + 1]), first + day * DAY_MS)
  return order
}

/** 27 bits of a day's milliseconds leave 26 for places. */
const PLACES = 2 ** 26

function sortDay(at: Float64Array, places: Uint32Array, start: EpochMs): void {
  if (places.length > PLACES) throw new RangeError(`More than ${PLACES} facts on one day.`)
  const before = places.slice()
  const keys = Float64Array.from(before, (n, i) => Math.floor((at[n] ?? 0) - start) * PLACES + i)
  keys.sort()
  for (let i = 0; i < keys.length; i++) places[i] = before[(keys[i] ?? 0) % PLACES] ?? 0
}
