import {
  decodeRow,
  FOLD_SLOTS,
  memberIdOf,
  newRows,
  partitionFor,
  type Rows,
  SLOT,
  signalSlot,
  slot,
} from '@perennial/member'
import { createCodec, type MemberRiskV1, SCHEMAS } from '@perennial/streams'
import { MEMBERS } from './sources.ts'
import { PARTITIONS, type World } from './world.ts'

/** The slots of a row that facts alone decide. */
const FOLD_PLACES = Array.from({ length: newRows(1).slots }, (_, n) => n).filter(
  (n) => n < FOLD_SLOTS || n >= signalSlot(0),
)
const codec = createCodec((id) => (id === 1 ? SCHEMAS['member-risk'] : undefined))

/** What a settled world breaks of the laws, in sentences; empty = nothing. */
export function brokenLaws(world: World): string[] {
  return [...world.broken, ...foldDiffers(world), ...saidOtherwise(world), ...notSaid(world), ...unnoticed(world)]
}

/** Laws 1 and 2: every row is what one pass over the facts makes of it. */
function foldDiffers(world: World): string[] {
  return Array.from(world.sources.reference(), ([subject, expected]) => {
    const found = rowOf(world, subject)
    if (found === undefined)
      return `${subject}: no row, and there should be one of ${slot(expected, 0, SLOT.facts)} facts`
    const place = FOLD_PLACES.find((n) => !close(found.f64[n] ?? NaN, expected.f64[n] ?? NaN))
    return place === undefined
      ? undefined
      : `${subject}: slot ${place} is ${found.f64[place]}, one pass makes ${expected.f64[place]}`
  }).filter((sentence) => sentence !== undefined)
}

/**
 * A version never says something else when it is said again, but for whether anybody is to act on it. Known exception:
 * a sweep is not in the log, so where it was lost with its state, and a fact about what it judged was on its way
 * meanwhile, that fact is folded first the next time.
 */
function saidOtherwise(world: World): string[] {
  if (world.sweepLost) return []
  const first = new Map<string, Buffer>()
  const broken: string[] = []
  for (const { id, value } of world.published) {
    const known = first.get(id)
    if (known === undefined) first.set(id, value)
    else if (!known.subarray(0, -1).equals(value.subarray(0, -1)))
      broken.push(`${id} was said twice, with different words`)
  }
  return broken
}

/**
 * Every version up to the latest was published, and what nobody had heard was not passed off as history. Silence may be,
 * after a loss: what was over by the time the loss was noticed is taken as known, for the sweep is never far behind.
 */
function notSaid(world: World): string[] {
  const first = new Map(world.published.toReversed().map(({ id, value }) => [id, value]))
  const broken: string[] = []
  for (const member of MEMBERS) {
    const row = rowOf(world, member)
    const versions = row === undefined ? 0 : slot(row, 0, SLOT.version)
    for (let version = 1; version <= versions; version++) {
      const id = `${memberIdOf(member)}.${version}`
      const value = first.get(id)
      if (value === undefined) broken.push(`${id} was never published`)
      else if (value.at(-1) === 1 && decoded(value).cause !== 'silence')
        broken.push(`${id} was said to be history the first time`)
    }
  }
  return broken
}

/** Law 3: nobody is due by now, everybody who will be stands in the index in time, and no silence was told twice. */
function unnoticed(world: World): string[] {
  const broken: string[] = []
  for (const member of MEMBERS) {
    const row = rowOf(world, member)
    if (row === undefined) continue
    const next = slot(row, 0, SLOT.nextAt)
    const indexed = world.store.dueAt(partitionFor(member, PARTITIONS), member)
    if (next !== 0 && next <= world.clock.now()) broken.push(`${member} was due at ${next} and has not been looked at`)
    if (next !== 0 && next !== Infinity && !(indexed !== undefined && indexed <= next))
      broken.push(`${member} is due at ${next} and stands in the index at ${indexed}`)
  }
  return [...broken, ...toldTwice(world)]
}

function toldTwice(world: World): string[] {
  if (world.sweepLost) return []
  const known = new Map<string, string>()
  const broken: string[] = []
  for (const { id, memberId, value } of world.published) {
    const { cause, asOf, band } = decoded(value)
    if (cause !== 'silence') continue
    const crossing = `${memberId} ${band} ${asOf}`
    const other = known.get(crossing)
    if (other === undefined) known.set(crossing, id)
    else if (other !== id) broken.push(`the silence of ${id} had been told as ${other}`)
  }
  return broken
}

function decoded(value: Buffer): MemberRiskV1 {
  const result = codec.decode('member-risk', value)
  if (result.kind !== 'ok') throw new Error(result.kind)
  return result.record
}

function rowOf(world: World, subject: Parameters<World['row']>[0]): Rows | undefined {
  const bytes = world.row(subject)
  if (bytes === undefined) return undefined
  const rows = newRows(1)
  decodeRow(bytes, rows, 0)
  return rows
}

function close(found: number, expected: number): boolean {
  return Math.abs(found - expected) / Math.max(1, Math.abs(expected)) < 1e-9
}
