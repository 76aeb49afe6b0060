import { type EpochMs, YEAR_MS } from '@perennial/member'
import type { BandName } from '@perennial/risk'
import type { MemberState } from '../member-state.ts'
import { AUTO_RENEW, type AutoRenewFilter, type Status, STATUSES } from '../playbook.ts'
import { lazy, list, mapped, object, oneOf, optional, type Reader } from '../yaml/reader.ts'
import { amount, bands, duration, flag, texts } from '../yaml/values.ts'

/** From `atLeast` up to, and without, `under`. */
export type Range = Readonly<{ atLeast?: number; under?: number }>

/** Some of the members: all that is written must be so. */
export type Segment = Readonly<{
  status?: readonly Status[]
  autoRenew?: AutoRenewFilter
  tier?: readonly string[]
  chapter?: readonly string[]
  band?: readonly BandName[]
  /** Since joining, in ms. */
  tenure?: Range
  /** Terms completed: renewals so far. */
  terms?: Range
  /** Per term. */
  dues?: Range
  /** Whether the member took part in anything (events, posts, help, volunteering, referrals) within the last year. */
  takesPart?: boolean
  any?: readonly Segment[]
  not?: Segment
}>

/** Who is not known to fulfil a condition does not: a member without a tier is in no list of tiers. */
export function inSegment(segment: Segment, member: MemberState, now: EpochMs): boolean {
  const { status, autoRenew, tier, chapter, band, tenure, terms, dues, takesPart, any, not } = segment
  const { joinedAt } = member
  return (
    among(status, member.status) &&
    renews(autoRenew, member.autoRenew) &&
    among(tier, member.tier) &&
    among(chapter, member.chapter) &&
    among(band, member.band) &&
    within(tenure, joinedAt === 0 ? undefined : now - joinedAt) &&
    within(terms, joinedAt === 0 ? undefined : member.renewals) &&
    within(dues, joinedAt === 0 ? undefined : member.dues) &&
    (takesPart === undefined || takesPart === now - member.takenPartAt < YEAR_MS) &&
    (any === undefined || any.some((one) => inSegment(one, member, now))) &&
    (not === undefined || !inSegment(not, member, now))
  )
}

function among<T>(wanted: readonly T[] | undefined, found: T | undefined): boolean {
  return wanted === undefined || (found !== undefined && wanted.includes(found))
}

/** Not known counts as off. */
function renews(wanted: AutoRenewFilter | undefined, found: MemberState['autoRenew']): boolean {
  return wanted === undefined || wanted === 'any' || (wanted === 'on') === (found === 'on')
}

function within(range: Range | undefined, value: number | undefined): boolean {
  if (range === undefined) return true
  return value !== undefined && value >= (range.atLeast ?? -Infinity) && value < (range.under ?? Infinity)
}

function rangeOf(read: Reader<number>): Reader<Range> {
  return mapped(object({ atLeast: optional(read), under: optional(read) }), present)
}

/** What may be written of a segment. */
export const SEGMENT_FIELDS = {
  status: optional(list(oneOf(STATUSES))),
  autoRenew: optional(oneOf(AUTO_RENEW)),
  tier: optional(texts),
  chapter: optional(texts),
  band: optional(bands),
  tenure: optional(rangeOf(duration)),
  terms: optional(rangeOf(amount)),
  dues: optional(rangeOf(amount)),
  takesPart: optional(flag),
  any: optional(list(lazy((): Reader<Segment> => segment, 'segment'))),
  not: optional(lazy((): Reader<Segment> => segment, 'segment')),
}

export const segment: Reader<Segment> = mapped(object(SEGMENT_FIELDS), present)

/** Without what is undefined. */
export function present<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}
