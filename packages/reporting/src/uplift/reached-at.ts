import { DAY_MS, type EpochMs, lastAtOf, type Rows, SLOT, slot } from '@perennial/member'
import type { Playbook } from '@perennial/playbooks'
import type { LedgerEntry } from '@perennial/runtime'

/** A term that begins later than this after another ended is not the next one. */
const GAP_MS = 30 * DAY_MS

/**
 * When the goal of a play was reached, as exactly as row and ledger tell; undefined: it was not, as far as they know. To the
 * instant where nothing has come over it since: one renewal, or activity of any kind that was not repeated. Where more has,
 * the time is the earliest that is certain, so that what is counted within a window was within it, for members who were
 * contacted and for those held out alike.
 */
export function reachedAt(
  goal: Playbook['success']['goal'],
  row: Rows,
  entry: LedgerEntry,
  entries: readonly LedgerEntry[],
): EpochMs | undefined {
  return goal === 'active' ? activeAt(row, entry) : renewedAt(row, entry, entries)
}

/** Of each signal a row knows the latest only: the earliest of these is the first sign of life that is certain. */
function activeAt(row: Rows, { decidedAt }: LedgerEntry): EpochMs | undefined {
  const { signals, engagement } = row.vocabulary
  const times = signals.filter(({ id }) => engagement[id] === 1).map(({ id }) => lastAtOf(row, 0, id))
  return earliest([...times, slot(row, 0, SLOT.lastAt)].filter((at) => at > decidedAt))
}

/**
 * The row knows when the current term was said, and a later decision that the term was another by then. Who has renewed more
 * than once did so the first time by the end of the term that ran then, or soon after: that day is as near as one gets.
 */
function renewedAt(row: Rows, { termEnd }: LedgerEntry, entries: readonly LedgerEntry[]): EpochMs | undefined {
  if (termEnd === 0 || slot(row, 0, SLOT.termEnd) <= termEnd) return undefined
  const later = entries.filter((other) => other.termEnd > termEnd).map(({ decidedAt }) => decidedAt)
  const skipped = slot(row, 0, SLOT.termStart) > termEnd + GAP_MS ? [termEnd] : []
  return earliest([slot(row, 0, SLOT.termAt), ...later, ...skipped])
}

function earliest(times: readonly EpochMs[]): EpochMs | undefined {
  return times.length === 0 ? undefined : Math.min(...times)
}
