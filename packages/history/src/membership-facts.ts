import {
  type EpochMs,
  idHash,
  type MembershipChange,
  type MembershipFact,
  memberKey,
  STREAM_CODES,
} from '@perennial/member'
import type { History } from './history.ts'

/** A change of membership that the history tells of, and when it was known. */
export type Change = Readonly<{ at: EpochMs; change: MembershipChange }>

/** 1980-01-01: facts that come in live are not older. A joining date itself may be. */
const EARLIEST_MS = 315_532_800_000

/**
 * What `members.csv` says of a member, each part dated when it came about: the joining of a spell when it happened, a
 * term and its dues when the term began, further terms of a spell as renewals. A term of which no beginning is given
 * is left out, because nobody could say when it was known; so is the end of a spell, which is what is to be predicted.
 * With `terms` false only the joinings.
 */
export function membershipChangesOf({ spells }: History, m: number, terms: boolean): Change[] {
  if (spells === undefined) return []
  const changes: Change[] = []
  for (let s = spells.starts[m] ?? 0; s < (spells.starts[m + 1] ?? 0); s++) {
    const joinedAt = spells.joinedAt[s] ?? 0
    changes.push({ at: Math.max(EARLIEST_MS, joinedAt), change: { status: 'active', joinedAt } })
    if (!terms) continue
    let before = 0
    for (const { start, end, dues } of spells.terms.slice(spells.termStarts[s], spells.termStarts[s + 1])) {
      if (Number.isNaN(start)) continue
      const paid = Number.isNaN(dues) ? {} : { dues }
      const renewed = before > 0 ? { renewed: true } : {}
      changes.push({
        at: Math.max(EARLIEST_MS, start, joinedAt),
        change: { term: { start, end }, ...paid, ...renewed },
      })
      before++
    }
  }
  return changes.toSorted((a, b) => a.at - b.at)
}

/** The same as facts, as the fold takes them. */
export function membershipFactsOf(history: History, m: number, terms: boolean): MembershipFact[] {
  const id = history.members[m] ?? ''
  return membershipChangesOf(history, m, terms).map(({ at, change }, n) => {
    const { hi, lo } = idHash(`membership/${id}/${n}`)
    const source = { stream: STREAM_CODES.membership, partition: 0, offset: 0, index: n }
    return { kind: 'membership', subject: memberKey(id), source, idHi: hi, idLo: lo, at, change }
  })
}
