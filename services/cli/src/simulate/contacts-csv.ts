import type { Change } from './compare.ts'
import type { Note } from './notebook.ts'

const COLUMNS = [
  'member_id',
  'playbook',
  'step',
  'term',
  'result',
  'at',
  'first_decided_at',
  'channel',
  'owner',
  'purpose',
  'band',
  'lapse_risk',
  'gate',
  'reason',
  'change',
] as const

/**
 * The lines of a CSV file (RFC 4180): every contact that there was a cause for, in the order of time, and with `changes` what is
 * different from the set in force, contacts that are gone included.
 */
export function* contactLines(notes: readonly Note[], changes: readonly Change[]): Generator<string> {
  const kinds = new Map(changes.map(({ note, kind }) => [note, kind]))
  const gone = changes.filter(({ kind }) => kind === 'gone' || kind === 'displaced').map(({ note }) => note)
  yield COLUMNS.join(',')
  for (const note of [...notes, ...gone].toSorted((a, b) => a.at - b.at)) yield lineOf(note, kinds.get(note) ?? '')
}

function lineOf(note: Note, change: string): string {
  const cells: Record<(typeof COLUMNS)[number], string> = {
    member_id: note.memberId,
    playbook: note.playbook,
    step: note.step,
    term: note.termId,
    result: note.result,
    at: new Date(note.at).toISOString(),
    first_decided_at: new Date(note.since).toISOString(),
    channel: note.channel,
    owner: note.owner ?? '',
    purpose: note.purpose,
    band: note.band,
    lapse_risk: note.lapseRisk.toFixed(3),
    gate: note.gate ?? '',
    reason: note.reason ?? '',
    change,
  }
  return COLUMNS.map((column) => quoted(cells[column])).join(',')
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
