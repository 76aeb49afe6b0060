import type { AtRiskMember } from '../at-risk.ts'
import { add, byCount, type Counts } from './week-counter.ts'

/** Why members of a segment are at risk: how many of them have each driver among their reasons. */
export type Learned = Readonly<{ segment: string; members: number; drivers: Counts }>

const EVERYBODY = 'Everybody at risk'

/** The segments with most members at risk first, after everybody: chapters and tiers. `words`: what a person reads of a driver. */
export function learnedFrom(members: readonly AtRiskMember[], words: (driver: string) => string): readonly Learned[] {
  const segments = [
    [EVERYBODY, members] as const,
    ...segmentsBy(members, 'chapter', ({ chapter }) => chapter),
    ...segmentsBy(members, 'tier', ({ tier }) => tier),
  ]
  return segments.map(([segment, own]) => {
    const drivers = new Map<string, number>()
    for (const member of own) for (const driver of new Set(member.drivers)) add(drivers, words(driver))
    return { segment, members: own.length, drivers: byCount(drivers) }
  })
}

function segmentsBy(
  members: readonly AtRiskMember[],
  kind: string,
  of: (member: AtRiskMember) => string | null,
): (readonly [string, readonly AtRiskMember[]])[] {
  const known = members.filter((member) => of(member) !== null)
  return [...Map.groupBy(known, (member) => `${kind} ${of(member) ?? ''}`)].toSorted(
    ([a, m], [b, n]) => n.length - m.length || (a < b ? -1 : 1),
  )
}
