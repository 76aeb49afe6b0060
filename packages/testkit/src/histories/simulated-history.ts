import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DAY_MS, type EpochMs, YEAR_MS } from '@perennial/member'
import { randomFrom, type Random } from './random.ts'

/*
 * A simulated association as large as one likes, for measurements: it is seeded, and what makes its members leave is
 * known. Every member has
 *   appetite: ln(appetite) is normal with mean 0 and standard deviation 0.8: how much they do;
 *   drift: after an exponential time with a mean of four years they lose interest and do a fifth of it, for good;
 *   a yearly decision at each anniversary of joining: they leave with the probability 1 / (1 + e^-z),
 *     z = -2.6 + 0.7 in the first year + 2.4 if they have drifted - 0.5 · ln(appetite).
 * Joining dates are spread evenly over the time before the end. Facts come as a Poisson process.
 */

export type SimulatedOptions = Readonly<{
  members: number
  /** About so many activities; the number is Poisson distributed. */
  rows: number
  seed: number
  start: EpochMs
  end: EpochMs
  /** A row for each year of membership, with its term and dues. */
  terms?: boolean
}>

type Life = Readonly<{ id: string; joinedAt: EpochMs; driftsAt: EpochMs; leftAt: EpochMs; appetite: number }>

const DRIFTED = 0.2
const MEAN_DRIFT_MS = 4 * YEAR_MS

/** What members do, and how much of it is of a kind. */
const KINDS: readonly (readonly [stream: string, action: string, weight: number])[] = [
  ['website-activity', 'page_viewed', 40],
  ['website-activity', 'signed_in', 10],
  ['email-activity', 'clicked', 15],
  ['event-attendance', 'registered', 5],
  ['event-attendance', 'attended', 4],
  ['event-attendance', 'missed', 1],
  ['purchase', 'order_completed', 3],
  ['community-activity', 'post', 3],
  ['community-activity', 'reply_given', 4],
  ['podcast', 'played', 8],
  ['directory', 'searched', 5],
  ['job-board', 'viewed', 2],
]

/** The probability of leaving at an anniversary; `year` is 1 at the first. */
function leavingProbability(year: number, drifted: boolean, appetite: number): number {
  const z = -2.6 + (year === 1 ? 0.7 : 0) + (drifted ? 2.4 : 0) - 0.5 * Math.log(appetite)
  return 1 / (1 + Math.exp(-z))
}

/** Writes `activity.csv` and `members.csv` into `folder`, a day at a time; answers how many activities there are. */
export async function simulateHistory(folder: string, options: SimulatedOptions): Promise<number> {
  mkdirSync(folder, { recursive: true })
  const random = randomFrom(options.seed)
  const lives = Array.from({ length: options.members }, (_, i) => lifeOf(i, options, random))
  const members = createWriter(join(folder, 'members.csv'))
  await members.line(`member_id,joined_at,left_at${options.terms === true ? ',term_start,term_end,dues' : ''}`)
  for (const life of lives) await members.line(membershipLines(life, options).join('\n'))
  await members.end()
  const activity = createWriter(join(folder, 'activity.csv'))
  await activity.line('member_id,at,stream,action')
  const rows = await writeActivity(lives, options, random, activity)
  await activity.end()
  return rows
}

const DUES = 120

function membershipLines({ id, joinedAt, leftAt }: Life, { end, terms = false }: SimulatedOptions): string[] {
  const spell = `${id},${iso(joinedAt)},${leftAt < end ? iso(leftAt) : ''}`
  if (!terms) return [spell]
  const years = Math.max(1, Math.ceil((Math.min(leftAt, end) - joinedAt) / YEAR_MS))
  return Array.from({ length: years }, (_, year) => {
    const start = joinedAt + year * YEAR_MS
    return `${spell},${iso(start)},${iso(start + YEAR_MS)},${DUES}`
  })
}

function lifeOf(i: number, { start, end }: SimulatedOptions, random: Random): Life {
  const joinedAt = Math.floor((start + random() * (end - start)) / 1000) * 1000
  const appetite = Math.exp(0.8 * normal(random))
  const driftsAt = joinedAt - Math.log(1 - random()) * MEAN_DRIFT_MS
  let leftAt = Number.POSITIVE_INFINITY
  for (let year = 1; leftAt === Number.POSITIVE_INFINITY; year++) {
    const anniversary = joinedAt + year * YEAR_MS
    if (anniversary >= end) break
    if (random() < leavingProbability(year, driftsAt < anniversary, appetite)) leftAt = anniversary
  }
  return { id: `M${String(i + 1).padStart(7, '0')}`, joinedAt, driftsAt, leftAt, appetite }
}

async function writeActivity(
  lives: readonly Life[],
  { rows, start, end }: SimulatedOptions,
  random: Random,
  writer: Writer,
): Promise<number> {
  // Lives do not depend on what is done in them, so the rate that gives so many rows is known before.
  const rate = rows / lives.reduce((sum, life) => sum + exposureOf(life, end), 0)
  const kinds = kindTable()
  let written = 0
  for (let day = Math.floor(start / DAY_MS) * DAY_MS; day < end; day += DAY_MS) {
    const date = iso(day).slice(0, 11)
    for (const life of lives) {
      if (life.joinedAt >= day + DAY_MS || life.leftAt <= day) continue
      const times = timesOf(life, { day, end, rate }, random)
      const lines = times.map((time) => `${life.id},${date}${time},${kinds[Math.floor(random() * kinds.length)]}`)
      written += lines.length
      const full = lines.length === 0 ? undefined : writer.line(lines.join('\n'))
      // Waiting for every line would take longer than the line.
      if (full !== undefined) await full
    }
  }
  return written
}

type Day = Readonly<{ day: EpochMs; end: EpochMs; rate: number }>

/** The times of a day at which a member does something. */
function timesOf({ joinedAt, driftsAt, leftAt, appetite }: Life, { day, end, rate }: Day, random: Random): string[] {
  const [from, to] = [Math.max(day, joinedAt), Math.min(day + DAY_MS, leftAt, end)]
  const times: string[] = []
  if (to <= from) return times
  const level = rate * appetite * (day < driftsAt ? 1 : DRIFTED)
  for (let at = from - Math.log(1 - random()) / level; at < to; at -= Math.log(1 - random()) / level)
    times.push(timeOfDay(at - day))
  return times
}

/** Milliseconds of membership, weighted by what is done in them. */
function exposureOf({ joinedAt, driftsAt, leftAt, appetite }: Life, end: EpochMs): number {
  const last = Math.min(leftAt, end)
  const interested = Math.max(0, Math.min(driftsAt, last) - joinedAt)
  return appetite * (interested + DRIFTED * Math.max(0, last - joinedAt - interested))
}

function kindTable(): string[] {
  return KINDS.flatMap(([stream, action, weight]) => new Array<string>(weight).fill(`${stream},${action}`))
}

function iso(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

const TWO = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'))

function timeOfDay(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return `${TWO[Math.floor(seconds / 3600)]}:${TWO[Math.floor(seconds / 60) % 60]}:${TWO[seconds % 60]}Z`
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

type Writer = Readonly<{ line(text: string): Promise<void> | undefined; end(): Promise<void> }>

const BUFFERED = 1 << 20

function createWriter(path: string): Writer {
  const stream = createWriteStream(path)
  let buffer = ''
  return {
    /** A promise only when the disk cannot keep up. */
    line(text) {
      buffer += `${text}\n`
      if (buffer.length < BUFFERED) return undefined
      const full = !stream.write(buffer)
      buffer = ''
      return full ? once(stream, 'drain').then(() => undefined) : undefined
    },
    async end() {
      stream.end(buffer)
      await once(stream, 'finish')
    },
  }
}
