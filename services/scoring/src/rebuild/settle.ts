import {
  type Chunk,
  clearChunk,
  forgetTold,
  keepTold,
  loadRows,
  newChunk,
  placeFor,
  rescoreChunk,
  sweepChunk,
  type Work,
} from '@perennial/engine'
import {
  encodeRow,
  type EpochMs,
  foldDifferences,
  isMemberKey,
  newRows,
  decodeRow,
  SLOT,
  slot,
  type Vocabulary,
} from '@perennial/member'
import type { PartitionStore } from '@perennial/runtime'
import type { Tally } from './comparison.ts'

/** Rows looked at together. */
const PAGE = 1_000

export type SettleDeps = Readonly<{
  serving: Pick<PartitionStore, 'scan' | 'load'>
  next: Pick<PartitionStore, 'scan' | 'load' | 'rowCount'>
  vocabulary: Vocabulary
  /** The engine and state of the partition, for a chunk of rows. */
  work: (chunk: Chunk) => Work
  partition: number
  now: EpochMs
  tally: Tally
  /** After each page: that somebody is at work. */
  alive: () => Promise<void>
}>

/** What the next generation's rows become before it serves. */
export type Settled = Readonly<{
  rows: [key: string, row: Uint8Array][]
  /** 0 = no entry. */
  due: [key: string, at: EpochMs][]
  gone: string[]
}>

/**
 * Lays the next generation beside the serving one, both held still at the same offset, and makes of each rebuilt row the
 * one that is to serve: see `keepTold`. `write` is given what must be written for that, page by page; true is answered
 * where rows wait to be scored anew. Changes nothing itself.
 */
export async function settleRows(deps: SettleDeps, write: (settled: Settled) => Promise<void>): Promise<boolean> {
  const { serving, next, partition } = deps
  const pages = new Pages(deps)
  const seen = new Set<string>()
  let matched = 0
  let rescore = false
  for (let cursor: string | undefined; cursor !== '0';) {
    const page = await serving.scan(partition, cursor ?? '0', PAGE)
    cursor = page.cursor
    const fresh = page.rows.filter(([key]) => !seen.has(key))
    for (const [key] of fresh) seen.add(key)
    const { rows: rebuilt } = await next.load(
      partition,
      fresh.map(([key]) => key),
    )
    matched += rebuilt.filter((row) => row !== null).length
    const { settled, scored } = pages.both(fresh, rebuilt)
    rescore ||= scored
    await write(settled)
    await deps.alive()
  }
  if (matched === (await next.rowCount(partition))) return rescore
  for (let cursor: string | undefined; cursor !== '0';) {
    const page = await next.scan(partition, cursor ?? '0', PAGE)
    cursor = page.cursor
    const fresh = page.rows.filter(([key]) => !seen.has(key))
    for (const [key] of fresh) seen.add(key)
    const { settled, scored } = pages.onlyRebuilt(fresh)
    rescore ||= scored
    await write(settled)
    await deps.alive()
  }
  return rescore
}

type Page = readonly (readonly [key: string, row: Buffer])[]
type Done = Readonly<{ settled: Settled; scored: boolean }>

/** The rows of a page, side by side; working sets are kept from page to page. */
class Pages {
  readonly #deps: SettleDeps
  readonly #live: Chunk
  readonly #rebuilt: Chunk

  constructor(deps: SettleDeps) {
    this.#deps = deps
    this.#live = newChunk(2 * PAGE, deps.vocabulary)
    this.#rebuilt = newChunk(2 * PAGE, deps.vocabulary)
  }

  both(page: Page, rebuilt: readonly (Buffer | null)[]): Done {
    const { tally } = this.#deps
    const settled: Settled = { rows: [], due: [], gone: [] }
    let scored = false
    const pairs = page.flatMap(([key, before], n) => {
      const after = rebuilt[n]
      if (after instanceof Uint8Array) return [{ key, before, after }]
      count(tally.onlyServing, key)
      if (isMemberKey(key)) tally.keep(key, before, undefined)
      return []
    })
    tally.rows.both += pairs.length
    for (let at = 0; at < pairs.length; at += PAGE) {
      const some = pairs.slice(at, at + PAGE)
      this.#load(
        some.map(({ key }) => key),
        some.map(({ before }) => before),
        some.map(({ after }) => after),
      )
      for (const [i, pair] of some.entries()) scored = this.#pair(i, pair, settled) || scored
    }
    return { settled, scored }
  }

  /** As both would be if time had passed in both until now. */
  #load(keys: readonly string[], before: readonly Buffer[], after: readonly Buffer[]): void {
    const { work, now } = this.#deps
    for (const [chunk, rows] of [
      [this.#live, before],
      [this.#rebuilt, after],
    ] as const) {
      clearChunk(chunk)
      for (const key of keys) placeFor(chunk, key)
      loadRows(chunk, rows)
      sweepChunk(work(chunk), now, () => true)
    }
  }

  /** Answers whether the row waits to be scored anew. */
  #pair(i: number, { key, before, after }: Pair, settled: Settled): boolean {
    const { tally, now, vocabulary } = this.#deps
    const [a, b] = [this.#live.rows, this.#rebuilt.rows]
    const names = foldDifferences(a, i, b, i, now)
    for (const name of names) tally.field(name)
    if (names.length > 0) count(tally.rows.differing, key)
    if (!isMemberKey(key)) return false
    const same = names.length === 0
    if (same && slot(a, i, SLOT.band) !== slot(b, i, SLOT.band)) tally.toldOtherwise.bands++
    if (same && slot(a, i, SLOT.version) !== slot(b, i, SLOT.version)) tally.toldOtherwise.versions++
    if (same && before.equals(after)) return false
    const stored = newRows(1, vocabulary)
    decodeRow(before, stored, 0)
    keepTold(b, i, stored, 0, same)
    const row = encodeRow(b, i)
    settled.rows.push([key, row])
    settled.due.push([key, slot(b, i, SLOT.dueAt)])
    if (same) return false
    tally.keep(key, before, row)
    tally.moved(key, slot(a, i, SLOT.band), this.#bandAnew(key, row))
    return true
  }

  /** The band the row will be in once it is scored anew, as of now. */
  #bandAnew(key: string, row: Uint8Array): number {
    const { work, now, vocabulary } = this.#deps
    const chunk = newChunk(1, vocabulary)
    placeFor(chunk, key)
    loadRows(chunk, [row])
    rescoreChunk(work(chunk), now)
    return slot(chunk.rows, 0, SLOT.band)
  }

  onlyRebuilt(page: Page): Done {
    const { tally, work, now } = this.#deps
    const settled: Settled = { rows: [], due: [], gone: [] }
    let scored = false
    for (let at = 0; at < page.length; at += PAGE) {
      const some = page.slice(at, at + PAGE)
      const chunk = this.#rebuilt
      clearChunk(chunk)
      for (const [key] of some) placeFor(chunk, key)
      loadRows(
        chunk,
        some.map(([, row]) => row),
      )
      settled.gone.push(...sweepChunk(work(chunk), now, () => true).freed)
      for (const [i, [key]] of some.entries()) {
        if (settled.gone.includes(key)) continue
        count(tally.onlyRebuilt, key)
        if (isMemberKey(key)) {
          forgetTold(chunk.rows, i)
          scored = true
        }
        const row = encodeRow(chunk.rows, i)
        settled.rows.push([key, row])
        settled.due.push([key, slot(chunk.rows, i, SLOT.dueAt)])
        if (!isMemberKey(key)) continue
        tally.keep(key, undefined, row)
        tally.moved(key, 0, this.#bandAnew(key, row))
      }
    }
    return { settled, scored }
  }
}

type Pair = Readonly<{ key: string; before: Buffer; after: Buffer }>

function count(counts: { members: number; aliases: number }, key: string): void {
  if (isMemberKey(key)) counts.members++
  else counts.aliases++
}
