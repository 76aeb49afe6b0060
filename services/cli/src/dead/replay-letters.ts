import { type Handling, headerText, type LetterDesk, type Log, type LogRecord, type Outgoing } from '@perennial/runtime'
import { letterOf } from './letters.ts'
import type { Mend, Mended } from './mending.ts'

/** Letters looked at, and records sent, at a time. */
const PAGE = 200
/** Says which dead letter a record was, so that a replay that was cut off can tell what it has sent. */
const REPLAYED_HEADER = 'perennial.replayed'
const ERROR_HEADERS = 'perennial.errors.'

export type ReplayDeps = Readonly<{
  log: Pick<Log, 'read' | 'append' | 'startOffsets' | 'endOffsets'>
  desk: Pick<LetterDesk, 'handlings' | 'note'>
  mend: Mend
  now: () => number
  pause: (ms: number) => Promise<void>
  /** `seen` of `total` letters have been looked at. */
  progress: (seen: number, total: number) => void
}>

export type ReplayOptions = Readonly<{
  dead: string
  source: string
  /** Only letters of this violation, `Required-Missing`, or of this and a field, `Required-Missing:member`. */
  cause: string | undefined
  /** Records a second, at most. */
  rate: number
  /** Look only: nothing is sent or noted. */
  dry: boolean
  act: 'send' | 'drop'
}>

/** How many letters: sent (or dropped), handled earlier, of other causes, and still of no use. */
export type ReplayCounts = { done: number; handled: number; other: number; unusable: number }

export type Sample = Readonly<{ partition: number; offset: number; mended: Mended }>

/** Handles every letter of a topic that has not been handled, each once. `samples`: the first few, for people. */
export async function replayLetters(
  deps: ReplayDeps,
  options: ReplayOptions,
): Promise<{ counts: ReplayCounts; samples: Sample[] }> {
  const { log } = deps
  const [starts, ends] = await Promise.all([log.startOffsets(options.dead), log.endOffsets(options.dead)])
  const total = ends.reduce((sum, end, partition) => sum + end - (starts[partition] ?? 0), 0)
  const counts: ReplayCounts = { done: 0, handled: 0, other: 0, unusable: 0 }
  const samples: Sample[] = []
  const began = deps.now()
  let seen = 0
  for (const [partition, end] of ends.entries())
    for (let at = starts[partition] ?? 0; at < end;) {
      const records = await log.read({ topic: options.dead, partition }, at, Math.min(PAGE, end - at))
      const last = records.at(-1)
      if (last === undefined) break
      await handlePage(deps, options, { partition, records, counts, samples })
      at = last.offset + 1
      seen += records.length
      deps.progress(seen, total)
      if (!options.dry && options.act === 'send') await keepTo(deps, options.rate, counts.done, began)
    }
  return { counts, samples }
}

type Page = Readonly<{ partition: number; records: readonly LogRecord[]; counts: ReplayCounts; samples: Sample[] }>

async function handlePage(deps: ReplayDeps, options: ReplayOptions, page: Page): Promise<void> {
  const { partition, records, counts, samples } = page
  const handlings = await deps.desk.handlings(
    options.dead,
    records.map(({ offset }) => ({ partition, offset })),
  )
  const usable: { record: LogRecord; value: Buffer | null }[] = []
  for (const [n, record] of records.entries()) {
    const { offset } = record
    if (await isHandled(deps, options, { partition, record }, handlings[n])) counts.handled++
    else if (!isMeant(letterOf(options.dead, partition, record), options.cause)) counts.other++
    else if (options.act === 'drop') usable.push({ record, value: null })
    else {
      const mended = await deps.mend(record)
      if (samples.length < 3) samples.push({ partition, offset, mended })
      if (mended.kind === 'usable') usable.push({ record, value: mended.value })
      else counts.unusable++
    }
  }
  counts.done += usable.length
  if (options.dry || usable.length === 0) return
  const places = usable.map(({ record }) => ({ partition, offset: record.offset }))
  if (options.act === 'drop') return deps.desk.note(options.dead, places, { state: 'dropped' })
  const ends = await deps.log.endOffsets(options.source)
  // Noted before as well: should this be cut off, the next replay looks behind there for what was sent.
  await deps.desk.note(options.dead, places, { state: 'replaying', from: Math.min(...ends) })
  const outgoing = usable.map(({ record, value }) => outgoingOf(options.dead, partition, record, value))
  await deps.log.append(options.source, outgoing)
  await deps.desk.note(options.dead, places, { state: 'replayed' })
}

function isMeant({ violation, field }: { violation: string; field: string }, cause: string | undefined): boolean {
  return cause === undefined || cause === violation || cause === `${violation}:${field}`
}

type Letter = Readonly<{ partition: number; record: LogRecord }>

async function isHandled(
  { log, desk }: ReplayDeps,
  { dead, source, dry }: ReplayOptions,
  { partition, record }: Letter,
  handling: Handling | undefined,
): Promise<boolean> {
  if (handling?.state !== 'replaying') return handling !== undefined
  const tp = { topic: source, partition: sourcePartition(partition, record) }
  const name = nameOf(dead, partition, record)
  const end = (await log.endOffsets(source))[tp.partition] ?? 0
  const start = (await log.startOffsets(source))[tp.partition] ?? 0
  for (let at = Math.max(start, handling.from); at < end;) {
    const found = await log.read(tp, at, PAGE)
    const last = found.at(-1)
    if (last === undefined) return false
    if (found.some(({ headers }) => headerText(headers, REPLAYED_HEADER) === name)) {
      if (!dry) await desk.note(dead, [{ partition, offset: record.offset }], { state: 'replayed' })
      return true
    }
    at = last.offset + 1
  }
  return false
}

function nameOf(dead: string, partition: number, { offset }: LogRecord): string {
  return `${dead}/${partition}/${offset}`
}

/** Where it stood: ingest knows repeated event ids by partition. */
function sourcePartition(partition: number, { headers }: LogRecord): number {
  return Number(headerText(headers, `${ERROR_HEADERS}partition`) ?? partition)
}

function outgoingOf(dead: string, partition: number, record: LogRecord, value: Buffer | null): Outgoing {
  const own = Object.entries(record.headers ?? {}).filter(([name]) => !name.startsWith(ERROR_HEADERS))
  const headers = { ...Object.fromEntries(own), [REPLAYED_HEADER]: nameOf(dead, partition, record) }
  return { partition: sourcePartition(partition, record), key: record.key, value, headers }
}

async function keepTo({ now, pause }: ReplayDeps, rate: number, sent: number, began: number): Promise<void> {
  const early = (sent / rate) * 1_000 - (now() - began)
  if (early > 0) await pause(early)
}
