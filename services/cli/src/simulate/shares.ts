import type { EpochMs, SubjectKey } from '@perennial/member'
import { addFact, type FactColumns, newFactColumns } from './fact-columns.ts'
import type { TimedFacts } from './timed-facts.ts'

/** Some of the members with all their facts, apart from all others. */
export type Share = Readonly<{ subjects: readonly SubjectKey[]; facts: FactColumns }>

/**
 * Divides members among so many shares of about as many facts each, an alias with its member. Facts at or after `to` are left out, and
 * the others keep their order.
 */
export function shareOut(facts: TimedFacts, shares: number, to: EpochMs): Share[] {
  const { subjects, at } = facts
  const heads = headsOf(facts)
  const sizes = new Uint32Array(subjects.length)
  for (const [n, time] of at.entries()) if (time < to) add(sizes, heads[facts.subjectAt(n)] ?? 0, 1)

  const loads = new Float64Array(shares)
  const shareOf = new Uint16Array(subjects.length)
  for (const [place, head] of heads.entries()) {
    // The head of a group comes first in it.
    if (head !== place) shareOf[place] = shareOf[head] ?? 0
    else {
      const lightest = loads.indexOf(Math.min(...loads))
      shareOf[place] = lightest
      add(loads, lightest, (sizes[place] ?? 0) + 1)
    }
  }

  const named = Array.from({ length: shares }, (): SubjectKey[] => [])
  const placeIn = Uint32Array.from(subjects, (key, place) => (named[shareOf[place] ?? 0]?.push(key) ?? 0) - 1)
  const filled = named.map((keys, share) => ({ subjects: keys, facts: newFactColumns(loads[share] ?? 0) }))
  for (const [n, time] of at.entries()) {
    if (time >= to) continue
    const place = facts.subjectAt(n)
    const share = filled[shareOf[place] ?? 0]
    if (share !== undefined) addFact(share.facts, facts.factAt(n), placeIn[place] ?? 0)
  }
  return filled.filter(({ subjects: some }) => some.length > 0)
}

/** By place, the first of those that a subject is tied to, straight or through others; itself where it is the first. */
function headsOf({ subjects, ties }: TimedFacts): Uint32Array {
  const heads = Uint32Array.from(subjects, (_, place) => place)
  const headOf = (place: number) => {
    let head = place
    while (heads[head] !== head) head = heads[head] ?? 0
    heads[place] = head
    return head
  }
  for (const [one, other] of ties) {
    const [a, b] = [headOf(one), headOf(other)]
    heads[Math.max(a, b)] = Math.min(a, b)
  }
  return heads.map((_, place) => headOf(place))
}

function add(to: Uint32Array | Float64Array, place: number, amount: number): void {
  to[place] = (to[place] ?? 0) + amount
}
