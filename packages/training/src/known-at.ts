import type { EpochMs } from '@perennial/member'
import type { History, Spells } from '@perennial/history'

/**
 * The memberships as they were known just before an instant: who left at it or later had not left, and terms that
 * begin then were not there. Activity stays, because whoever reads it stops at a cut-off of their own.
 */
export function knownAt(history: History, instant: EpochMs): History {
  return history.spells === undefined ? history : { ...history, spells: spellsAt(history.spells, instant) }
}

function spellsAt(spells: Spells, instant: EpochMs): Spells {
  const termStarts = new Uint32Array(spells.count + 1)
  const terms = []
  for (let s = 0; s < spells.count; s++) {
    for (const term of spells.terms.slice(spells.termStarts[s], spells.termStarts[s + 1]))
      // Of no known beginning: nobody could say when it was known, and nothing uses it.
      if (!(term.start >= instant)) terms.push(term)
    termStarts[s + 1] = terms.length
  }
  const leftAt = spells.leftAt.map((at) => (at < instant ? at : Number.POSITIVE_INFINITY))
  return { ...spells, leftAt, termStarts, terms }
}
