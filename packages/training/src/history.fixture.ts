import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type History, readHistory, type Task } from '@perennial/history'
import { DAY_MS } from '@perennial/member'

/** The history in these files. */
export async function historyIn(files: Readonly<Record<string, string>>): Promise<History> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-training-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    return await readHistory(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Evenly distributed in 0 … 1, the same for the same seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export type Row = readonly string[]

export type Club = Readonly<{ activity: readonly Row[]; members: readonly Row[] }>

/** The cut-off of the tests; the club's records go from three years before to one year after. */
export const NOW = Date.UTC(2024, 0, 1)

export const LEFT: Task = {
  lapse: { kind: 'left' },
  memberIf: { kind: 'joined' },
  horizonMs: 365 * DAY_MS,
  minTenureMs: 90 * DAY_MS,
  ignored: [],
}

export const INACTIVE: Task = {
  ...LEFT,
  lapse: { kind: 'inactive' },
  memberIf: { kind: 'active' },
  horizonMs: 90 * DAY_MS,
  minTenureMs: 0,
}

type Options = Readonly<{
  members: number
  seed?: number
  /** Leaving has nothing to do with what is done. */
  blind?: boolean
}>

/** Members who come to meetings and read mail; who comes less leaves sooner. */
export function clubOf({ members, seed = 1, blind = false }: Options): Club {
  const random = chance(seed)
  const [activity, rows]: [Row[], Row[]] = [[], []]
  for (let m = 0; m < members; m++) {
    const id = `M${String(m).padStart(4, '0')}`
    const joinedAt = at(-1095 + random() * 700)
    const keen = random()
    const leaves = random() < (blind ? 0.35 : 0.65 - 0.6 * keen)
    const leftAt = leaves ? at(-700 + random() * 1060) : ''
    for (let day = -1095; day < 366; day += 30) {
      const happened = at(day + 30 * random())
      if (happened < joinedAt || (!blind && leftAt !== '' && happened > leftAt)) continue
      if (random() < keen) activity.push([id, happened, 'meeting', 'came'])
      if (random() < 0.3 + 0.5 * keen) activity.push([id, happened, 'email-activity', 'clicked'])
    }
    rows.push([id, joinedAt, leftAt !== '' && leftAt > joinedAt ? leftAt : ''])
  }
  return { activity, members: rows }
}

/** An instant so many days after `NOW`, as text. */
export function at(days: number): string {
  return new Date(NOW + days * DAY_MS).toISOString()
}

export function historyOf({ activity, members }: Club): Promise<History> {
  return historyIn({
    'activity.csv': csv('member_id,at,stream,action', activity),
    'members.csv': csv('member_id,joined_at,left_at', members),
  })
}

export function csv(header: string, rows: readonly Row[]): string {
  return [header, ...rows.map((row) => row.join(',')), ''].join('\n')
}
