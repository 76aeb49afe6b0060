import { DAY_MS, type EpochMs, HOUR_MS, YEAR_MS } from '@perennial/member'
import type { SourceInput } from '@perennial/runtime'
import { createRandom, type Random, randomId } from './random.ts'
import { createZipf } from './zipf.ts'

/** What the benchmark loads: the same options make the same records, byte for byte. */
export type Load = Readonly<{ seed: number; facts: number; members: number }>

/** Fixed, so that a run of next year folds the same numbers as one of today. */
const BEGIN_MS: EpochMs = Date.UTC(2026, 7, 1)
/** When the member database was read in. */
const IMPORTED_MS = BEGIN_MS - DAY_MS
const SPAN_MS = 90 * DAY_MS
const JITTER_MS = HOUR_MS
const ZIPF_EXPONENT = 1
const DUPLICATE_SHARE = 0.01
const DUPLICATE_WITHIN = 1_000

/** A record, and whether its event id has been there before. */
export type Loaded = Readonly<{ member: number; input: SourceInput; repeated: boolean }>

/** The id of a member by number. */
export function memberIdAt(member: number): string {
  return `M${String(member).padStart(7, '0')}`
}

/** One `joined` record a member, as an import of the member database makes them: a term that covers all of the facts. */
export function* memberships({ seed, members }: Load): Generator<Loaded> {
  const random = createRandom(seed ^ 0x6d656d62)
  for (let member = 0; member < members; member++) {
    yield { member, repeated: false, input: membership(random, member) }
  }
}

/**
 * The facts in the order they are appended: `facts` records, of which one in a hundred is an exact copy of one of the
 * 1,000 before it. 60 % website, 25 % email, 10 % event, 5 % purchase; members by Zipf's law; times rise over 90 days
 * and jump by up to an hour either way. Every record counts for a signal and names its member.
 */
export function* facts({ seed, facts: count, members }: Load): Generator<Loaded> {
  const random = createRandom(seed)
  const drawMember = createZipf(members, ZIPF_EXPONENT)
  const recent: (Loaded | undefined)[] = []
  for (let n = 0; n < count; n++) {
    const copied = random.unit() < DUPLICATE_SHARE ? recent[random.below(recent.length)] : undefined
    if (copied !== undefined) {
      // Whoever stood here is more than DUPLICATE_WITHIN records old by now.
      recent[n % DUPLICATE_WITHIN] = undefined
      yield { ...copied, repeated: true }
      continue
    }
    const at = BEGIN_MS + Math.floor((n / count) * SPAN_MS + (random.unit() * 2 - 1) * JITTER_MS)
    const member = drawMember(random)
    const loaded: Loaded = { member, repeated: false, input: activity(random, memberIdAt(member), at) }
    recent[n % DUPLICATE_WITHIN] = loaded
    yield loaded
  }
}

/** One record of a member's activity, of the mix above. */
export function activity(random: Random, memberId: string, at: EpochMs): SourceInput {
  const stream = random.unit()
  const envelope = {
    eventId: randomId(random),
    occurredAt: at,
    sentAt: at,
    member: { memberId },
    source: 'bench',
  }
  if (stream < 0.6) return website(random, envelope)
  if (stream < 0.85) return email(random, envelope)
  if (stream < 0.95) return attendance(random, envelope)
  return purchase(random, envelope)
}

/** A membership without any activity that ends in ten days: the high band at once. */
export function endingSoon(random: Random, memberId: string, at: EpochMs): SourceInput {
  const record = {
    eventId: randomId(random),
    occurredAt: at,
    sentAt: at,
    member: { memberId },
    source: 'bench',
    type: 'joined' as const,
    joinedAt: at - 355 * DAY_MS,
    termStart: at - 355 * DAY_MS,
    termEnd: at + 10 * DAY_MS,
    dues: 100,
    autoRenew: false,
  }
  return { stream: 'membership', record }
}

type Envelope = Readonly<{
  eventId: string
  occurredAt: EpochMs
  sentAt: EpochMs
  member: Readonly<{ memberId: string }>
  source: string
}>

const AGENTS = Array.from(
  { length: 40 },
  (_, n) => `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${100 + n}.0.0.0`,
)
const VISITS = ['page_viewed', 'page_viewed', 'page_viewed', 'content_viewed', 'content_downloaded'] as const

function website(random: Random, envelope: Envelope): SourceInput {
  const page = random.below(5_000)
  const record = {
    ...envelope,
    type: pick(random, VISITS),
    url: `https://association.example/library/article-${page}`,
    title: `Article ${page}`,
    userAgent: pick(random, AGENTS),
    automated: false,
  }
  return { stream: 'website-activity', record }
}

const EMAILS = ['opened', 'opened', 'opened', 'clicked'] as const

function email(random: Random, envelope: Envelope): SourceInput {
  const record = {
    ...envelope,
    type: pick(random, EMAILS),
    messageId: randomId(random),
    campaignId: `newsletter-${random.below(50)}`,
    purpose: 'marketing',
    // Longer ago than any rule takes for a machine's.
    deliveredAt: envelope.occurredAt - HOUR_MS,
    userAgent: pick(random, AGENTS),
    method: 'GET',
  }
  return { stream: 'email-activity', record }
}

const VISITS_OF_EVENTS = ['registered', 'attended', 'attended', 'missed'] as const

function attendance(random: Random, envelope: Envelope): SourceInput {
  const event = random.below(500)
  const record = {
    ...envelope,
    type: pick(random, VISITS_OF_EVENTS),
    event: `event-${event}`,
    title: `Chapter evening ${event}`,
    startsAt: envelope.occurredAt,
    format: 'online' as const,
  }
  return { stream: 'event-attendance', record }
}

function purchase(random: Random, envelope: Envelope): SourceInput {
  const record = {
    ...envelope,
    type: 'order_completed' as const,
    orderId: `order-${random.next()}`,
    value: 5 + random.below(20_000) / 100,
    currency: 'EUR',
    category: 'publication',
    quantity: 1 + random.below(3),
  }
  return { stream: 'purchase', record }
}

const TIERS = ['student', 'regular', 'fellow'] as const

function membership(random: Random, member: number): SourceInput {
  const termStart = BEGIN_MS - Math.floor(random.unit() * 270) * DAY_MS
  const joinedAt = termStart - random.below(10) * YEAR_MS
  const record = {
    eventId: randomId(random),
    occurredAt: IMPORTED_MS,
    sentAt: IMPORTED_MS,
    member: { memberId: memberIdAt(member) },
    source: 'bench',
    type: 'joined' as const,
    joinedAt,
    termStart,
    termEnd: termStart + YEAR_MS,
    dues: 50 + random.below(300),
    currency: 'EUR',
    autoRenew: random.unit() < 0.3,
    tier: pick(random, TIERS),
    timeZone: 'Europe/Zurich',
    consent: { marketing: true },
  }
  return { stream: 'membership', record }
}

function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[random.below(values.length)]
  if (value === undefined) throw new RangeError('Nothing to pick from.')
  return value
}
