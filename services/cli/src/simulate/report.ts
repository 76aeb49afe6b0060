import { DAY_MS, type EpochMs } from '@perennial/member'
import { type Change, CHANGES, type ChangeKind, changesBetween } from './compare.ts'
import type { Note, Notes } from './notebook.ts'

export type ReportInput = Readonly<{
  from: EpochMs
  to: EpochMs
  members: number
  facts: number
  /** Names of the plays that it is about. */
  subjects: readonly string[]
  tried: Notes
  /** The same without the one play. */
  without: Notes | undefined
  current: Notes | undefined
}>

export type Report = ReturnType<typeof reportOf>

/** What a simulation came to, in numbers. Days, weeks (from Monday) and months are those of UTC. */
export function reportOf({ from, to, members, facts, subjects, tried, without, current }: ReportInput) {
  const names = new Set(subjects)
  const about = [...tried.values()].filter(({ playbook }) => names.has(playbook))
  const sent = about.filter(({ result }) => result === 'sent')
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    members,
    facts,
    contacts: sent.length,
    contactedMembers: distinct(sent),
    playbooks: subjects.map((name) => playReport(name, about)),
    perDay: counted(sent, ({ at }) => dayOf(at)),
    perWeek: counted(sent, ({ at }) => weekOf(at)),
    perMonth: counted(sent, ({ at }) => dayOf(at).slice(0, 7)),
    load: loads(sent),
    ...(without !== undefined && { displaces: displacedBy(without, tried, names) }),
    ...(current !== undefined && { diff: diffOf(changesBetween(current, tried)) }),
  }
}

function playReport(name: string, about: readonly Note[]) {
  const notes = about.filter(({ playbook }) => playbook === name)
  const held = notes.filter(({ result }) => result === 'held')
  const capped = notes.filter(({ cappedBy }) => cappedBy !== undefined)
  const sent = notes.filter(({ result }) => result === 'sent')
  return {
    playbook: name,
    contacts: sent.length,
    members: distinct(sent),
    /** Planned for a time after the end. */
    waiting: notes.filter(({ result }) => result === 'waiting').length,
    steps: [...Map.groupBy(notes, ({ step }) => step)].map(([step, of]) => ({
      step,
      channel: of[0]?.channel ?? '',
      owner: of[0]?.owner,
      contacts: of.filter(({ result }) => result === 'sent').length,
    })),
    /** Never sent: by the gate that held them back last. */
    held: [...Map.groupBy(held, ({ gate, reason }) => `${gate} ${reason}`).values()]
      .map((of) => ({
        gate: of[0]?.gate ?? '',
        reason: of[0]?.reason ?? '',
        contacts: of.length,
        members: distinct(of),
      }))
      .toSorted((a, b) => b.contacts - a.contacts),
    /** Held back by a cap at some time: sent later, or never; and the plays whose contacts filled the cap. */
    capped: {
      later: capped.filter(({ result }) => result !== 'held').length,
      never: capped.filter(({ result }) => result === 'held').length,
      by: counted(
        capped.flatMap(({ cappedBy = [] }) => cappedBy.map((by) => ({ by }))),
        ({ by }) => by,
      ),
    },
  }
}

/** By owner: how much there is to do on the fullest day, and on a middling one of those with anything. */
function loads(sent: readonly Note[]) {
  const owned = sent.filter(({ owner }) => owner !== undefined)
  return [...Map.groupBy(owned, ({ owner = '' }) => owner)].map(([owner, of]) => {
    const days = counted(of, ({ at }) => dayOf(at))
    const sizes = days.map(({ contacts }) => contacts).toSorted((a, b) => a - b)
    const fullest = days.reduce((most, day) => (day.contacts > most.contacts ? day : most), days[0] ?? NO_DAY)
    return {
      owner,
      contacts: of.length,
      days: days.length,
      max: fullest.contacts,
      maxDay: fullest.key,
      median: sizes[Math.floor((sizes.length - 1) / 2)] ?? 0,
    }
  })
}

const NO_DAY = { key: '', contacts: 0 }

/** What happens to the contacts of other plays when the one is switched on. */
function displacedBy(without: Notes, tried: Notes, names: ReadonlySet<string>) {
  const changes = changesBetween(without, tried).filter(({ note }) => !names.has(note.playbook))
  return [...Map.groupBy(changes, ({ note }) => note.playbook)].map(([playbook, of]) => ({ playbook, ...countsOf(of) }))
}

function diffOf(changes: readonly Change[]) {
  const playbooks = [...Map.groupBy(changes, ({ note }) => note.playbook)].map(([playbook, of]) => ({
    playbook,
    ...countsOf(of),
  }))
  return { ...countsOf(changes), playbooks }
}

function countsOf(changes: readonly Change[]): Record<ChangeKind, number> {
  const counts = CHANGES.map((kind) => [kind, changes.filter((change) => change.kind === kind).length] as const)
  return Object.fromEntries(counts) as Record<ChangeKind, number>
}

function distinct(notes: readonly Note[]): number {
  return new Set(notes.map(({ memberId }) => memberId)).size
}

function counted<T>(items: readonly T[], keyOf: (item: T) => string): { key: string; contacts: number }[] {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return [...counts].map(([key, contacts]) => ({ key, contacts })).toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

function dayOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** The Monday it begins with. */
function weekOf(at: EpochMs): string {
  const sinceMonday = (new Date(at).getUTCDay() + 6) % 7
  return dayOf(at - sinceMonday * DAY_MS)
}
