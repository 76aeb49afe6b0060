import { DAY_MS, type EpochMs, HOUR_MS, YEAR_MS } from '@perennial/member'
import { type Chapter, CHAPTERS, type Tier, TIERS } from './association.ts'
import { between, chance, exponential, keenness, pickWeighted, randomOf } from './prng.ts'

/** What does not change about a simulated member. */
export type Person = Readonly<{
  number: number
  memberId: string
  email: string
  /** Cookie of the browser they mostly use. */
  anonymousId: string
  /** Their number in the event organisers' system, which knows no member ids. */
  attendeeId: string
  chapter: Chapter
  tier: Tier
  joinedAt: EpochMs
  autoRenew: boolean
  /** How much they read, visit and buy: 1 is the average. */
  interest: number
  /** How much they take part: 1 is the average. */
  sociability: number
  /** Their mail program fetches every picture at once, so each mail looks opened. */
  prefetches: boolean
  marketing: boolean
}>

/** Share of the members that are there when the two years begin; the others join during them. */
const FOUNDING_SHARE = 0.76

export type World = Readonly<{ seed: number; members: number; start: EpochMs; end: EpochMs }>

export function makePerson(number: number, { seed, members, start, end }: World): Person {
  const random = randomOf(seed, 'person', number)
  const label = String(number).padStart(5, '0')
  const joinedAt =
    number <= members * FOUNDING_SHARE
      ? start - DAY_MS - Math.min(20, exponential(random, 4)) * YEAR_MS
      : between(random, start + 30 * DAY_MS, end - 5 * DAY_MS)
  return {
    number,
    memberId: `M-${label}`,
    email: `member.${label}@guild.example`,
    anonymousId: `visitor-${randomOf(seed, 'cookie', number)().toString(36).slice(2, 12)}`,
    attendeeId: `A-${label}`,
    chapter: pickWeighted(random, CHAPTERS),
    tier: pickWeighted(random, TIERS),
    joinedAt: wholeHour(joinedAt),
    autoRenew: chance(random, 0.35),
    interest: keenness(random, 2),
    sociability: keenness(random, 1),
    prefetches: chance(random, 0.3),
    marketing: chance(random, 0.9),
  }
}

function wholeHour(at: EpochMs): EpochMs {
  return Math.floor(at / HOUR_MS) * HOUR_MS
}
