import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DAY_MS, type EpochMs } from '@perennial/member'
import { Fault, messageOf } from '@perennial/runtime'
import { createActivityTable } from './activity-table.ts'
import { Interner } from './csv/interner.ts'
import { type FileReport, type ReadOptions, readTable, type Table } from './csv/table.ts'
import { type Facts, factsOf } from './facts.ts'
import type { History } from './history.ts'
import { createMembersTable } from './members-table.ts'
import { type Spells, spellsOf } from './spells.ts'
import { createTraitsTable } from './traits-table.ts'
import { usualSilence } from './usual-silence.ts'

export type HistoryOptions = ReadOptions &
  Readonly<{
    /** The present. Rows more than a day after it are taken for mistakes; without it nothing is in the future. */
    now?: EpochMs
  }>

/**
 * Reads a history folder: `activity.csv`, and if they are there `members.csv` and `traits.csv`, each plain or with
 * `.gz`. Throws a Fault: `history/no-folder`, `history/no-activity`, `history/two-files`, `history/nobody`, and those
 * of `readTable`.
 */
export async function readHistory(folder: string, options: HistoryOptions = {}): Promise<History> {
  const files = await filesOf(folder)
  const members = new Interner()
  const activity = createActivityTable(members, options.now)
  const membership = createMembersTable(members, options.now)
  const traits = createTraitsTable(members)
  const reports: FileReport[] = []
  const read = async (file: string | undefined, table: Table) => {
    if (file !== undefined) reports.push(await readTable(join(folder, file), table, options))
  }
  await read(files.activity, activity)
  await read(files.members, membership)
  await read(files.traits, traits)
  if (members.texts.length === 0)
    throw new Fault('history/nobody', `The history in ${folder} has no rows: there is nobody to learn from.`)

  const { rank, ids } = ranked(members.texts)
  const { facts, actions, duplicates } = factsOf(activity.raw, rank, ids)
  const spells = files.members === undefined ? undefined : spellsOf(membership.spells(), rank)
  const { traits: known, leftOut } = traits.traits(rank)
  const until = latestOf(facts, spells, options.now)
  return {
    members: ids,
    actions,
    facts,
    spells,
    traits: known,
    until,
    silenceMs: until === undefined ? 0 : silenceAfter(facts, until, options.now),
    report: { files: reports, duplicates, traitsLeftOut: leftOut },
  }
}

type Files = Readonly<{ activity: string; members: string | undefined; traits: string | undefined }>

async function filesOf(folder: string): Promise<Files> {
  const present = await readdir(folder).catch((cause: unknown) => {
    throw new Fault('history/no-folder', `${folder} cannot be read as a folder: ${messageOf(cause)}.`, { cause })
  })
  const find = (stem: string) => {
    const found = [`${stem}.csv`, `${stem}.csv.gz`].filter((name) => present.includes(name))
    if (found.length > 1)
      throw new Fault(
        'history/two-files',
        `${folder} holds ${found.join(' and ')}: remove one, or nothing would say which counts.`,
      )
    return found[0]
  }
  const activity = find('activity')
  if (activity === undefined)
    throw new Fault(
      'history/no-activity',
      `${folder} holds no activity.csv or activity.csv.gz` +
        `${present.length === 0 ? ': it is empty' : ` (but ${present.slice(0, 10).join(', ')})`}.`,
    )
  return { activity, members: find('members'), traits: find('traits') }
}

/** Members by id, whatever order the files name them in. */
function ranked(texts: readonly string[]): Readonly<{ rank: Uint32Array; ids: string[] }> {
  const numbers = texts.map((_, number) => number)
  numbers.sort((a, b) => ((texts[a] ?? '') < (texts[b] ?? '') ? -1 : 1))
  const rank = new Uint32Array(texts.length)
  for (const [place, number] of numbers.entries()) rank[number] = place
  return { rank, ids: numbers.map((number) => texts[number] ?? '') }
}

/** Of what has not happened yet nothing is known, however usual silence is. */
function silenceAfter(facts: Facts, until: EpochMs, now = Number.POSITIVE_INFINITY): number {
  return Math.min(usualSilence(facts.at, until), Math.max(DAY_MS, now - until))
}

/** A leaving may be known ahead of its time: it says nothing about how far the data reach. */
function latestOf(facts: Facts, spells: Spells | undefined, now: EpochMs | undefined): EpochMs | undefined {
  let latest = Number.NEGATIVE_INFINITY
  for (const at of facts.at) if (at > latest) latest = at
  const bound = now ?? Number.POSITIVE_INFINITY
  for (const times of [spells?.joinedAt ?? [], spells?.leftAt ?? []])
    for (const at of times) if (at > latest && at <= bound && at < Number.POSITIVE_INFINITY) latest = at
  return latest === Number.NEGATIVE_INFINITY ? undefined : latest
}
