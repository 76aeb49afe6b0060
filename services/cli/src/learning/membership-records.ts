import type { History, Term } from '@perennial/history'
import { type EpochMs, idHash } from '@perennial/member'
import type { SourceInput } from '@perennial/runtime'
import { eventIdOf } from './event-id.ts'

/** 1980-01-01: what comes in live is not older. A joining date itself may be. */
const EARLIEST_MS = 315_532_800_000

export type MembershipRecord = Extract<SourceInput, { stream: 'membership' }>

/** Joinings, terms and leavings up to `now`, in the order of their time; those of one instant in that order. */
export function membershipRecords(history: History, now: EpochMs): MembershipRecord[] {
  const records = history.members.flatMap((_, m) => recordsOf(history, m))
  return records
    .filter(({ record }) => record.occurredAt <= now)
    .toSorted((a, b) => a.record.occurredAt - b.record.occurredAt)
}

type Said = Omit<MembershipRecord['record'], 'eventId' | 'sentAt' | 'member' | 'source'>

function recordsOf({ members, spells }: History, m: number): MembershipRecord[] {
  if (spells === undefined) return []
  const memberId = members[m] ?? ''
  const record = (said: Said): MembershipRecord => {
    const occurredAt = Math.max(EARLIEST_MS, said.occurredAt)
    const { hi, lo } = idHash(`membership/${memberId}/${said.type}/${occurredAt}`)
    const eventId = eventIdOf(hi, lo)
    const common = { eventId, occurredAt, sentAt: occurredAt, member: { memberId }, source: 'history' }
    return { stream: 'membership', record: { ...said, ...common } }
  }
  const records: MembershipRecord[] = []
  for (let s = spells.starts[m] ?? 0; s < (spells.starts[m + 1] ?? 0); s++) {
    const joinedAt = spells.joinedAt[s] ?? 0
    const leftAt = spells.leftAt[s] ?? Number.POSITIVE_INFINITY
    records.push(record({ type: 'joined', occurredAt: joinedAt, joinedAt }))
    const terms = spells.terms.slice(spells.termStarts[s], spells.termStarts[s + 1])
    records.push(...terms.flatMap((term, n) => termSaid(term, joinedAt, n)).map(record))
    if (Number.isFinite(leftAt)) records.push(record({ type: 'lapsed', occurredAt: leftAt }))
  }
  return records
}

/** The first term of a spell came with joining, each further one is a renewal. One without an end tells dues at most. */
function termSaid({ start, end, dues }: Term, joinedAt: EpochMs, n: number): Said[] {
  const occurredAt = Math.max(joinedAt, Number.isNaN(start) ? joinedAt : start)
  const paid = Number.isNaN(dues) ? {} : { dues }
  if (Number.isNaN(end)) return Number.isNaN(dues) ? [] : [{ type: 'profile_changed', occurredAt, dues }]
  const term = { ...(Number.isNaN(start) ? {} : { termStart: start }), termEnd: end, ...paid }
  return [{ type: n === 0 ? 'term_changed' : 'renewed', occurredAt, ...term }]
}
