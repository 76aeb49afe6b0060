import { type EpochMs, isMemberKey, memberIdOf, type SubjectKey } from '@perennial/member'
import type { Note, Notes } from './notebook.ts'

/** What became of some of the members: the contacts of each set of plays, in its order. */
export type Results = Readonly<{ members: number; facts: number; notes: readonly Notes[] }>

/**
 * Puts together what became of all members, however they were divided: contacts in the order in which they were first decided about,
 * those of one instant in the order of `subjects`.
 */
export function joined(parts: readonly Results[], subjects: readonly SubjectKey[]): Results {
  const places = new Map<string, number>()
  for (const [place, key] of subjects.entries()) if (isMemberKey(key)) places.set(memberIdOf(key), place)
  const sets = parts[0]?.notes ?? []
  return {
    members: parts.reduce((sum, { members }) => sum + members, 0),
    facts: parts.reduce((sum, { facts }) => sum + facts, 0),
    notes: sets.map((_, set) => inOrder(parts, set, places)),
  }
}

type Placed = Readonly<{ since: EpochMs; place: number; key: string; note: Note }>

function inOrder(parts: readonly Results[], set: number, places: ReadonlyMap<string, number>): Notes {
  const all: Placed[] = []
  for (const { notes } of parts)
    for (const [key, note] of notes[set] ?? [])
      all.push({ since: note.since, place: places.get(note.memberId) ?? -1, key, note })
  all.sort((a, b) => a.since - b.since || a.place - b.place)
  return new Map(all.map(({ key, note }) => [key, note]))
}
