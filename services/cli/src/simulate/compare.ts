import type { Note, Notes } from './notebook.ts'

/**
 * `added`: a contact that there was none of. `displaced`: gone because other contacts fill a cap. `gone`: for any other
 * reason. `moved`: made at another time.
 */
export const CHANGES = ['added', 'moved', 'displaced', 'gone'] as const
export type ChangeKind = (typeof CHANGES)[number]

/** A contact as it is after, or as it was where it is gone. */
export type Change = Readonly<{ kind: ChangeKind; note: Note }>

/** What another set of plays changes for the contacts of a history, those still to come at its end included. */
export function changesBetween(before: Notes, after: Notes): Change[] {
  const changes: Change[] = []
  for (const [key, note] of after) {
    if (!isMade(note)) continue
    const then = before.get(key)
    if (then === undefined || !isMade(then)) changes.push({ kind: 'added', note })
    else if (then.at !== note.at) changes.push({ kind: 'moved', note })
  }
  for (const [key, note] of before) {
    if (!isMade(note)) continue
    const now = after.get(key)
    if (now !== undefined && isMade(now)) continue
    changes.push({ kind: now?.gate === 'cap' || now?.gate === 'displaced' ? 'displaced' : 'gone', note })
  }
  return changes
}

function isMade({ result }: Note): boolean {
  return result !== 'held'
}
