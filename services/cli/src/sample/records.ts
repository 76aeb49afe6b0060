import type { EpochMs } from '@perennial/member'
import type {
  CommunityActivityV1Input,
  EmailActivityV1Input,
  EventAttendanceV1Input,
  MembershipV1Input,
  OutreachOutcomeV2Input,
  PurchaseV1Input,
  WebsiteActivityV1Input,
} from '@perennial/streams'
import type { SourceInput } from '@perennial/runtime'
import type { Flaw, Happening, MembershipChange, Who } from './happening.ts'
import type { Person } from './person.ts'

type Of<K extends Happening['kind']> = Extract<Happening, { kind: K }>

const CURRENCY = 'EUR'
const SITE = 'https://guild.example'
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const CRAWLER = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
/** How Apple's mail proxy names itself when it fetches pictures for its users. */
const PREFETCHER = 'Mozilla/5.0'

/** The record that the system where it happened would send. */
export function toRecord(happening: Happening, eventId: string): SourceInput {
  switch (happening.kind) {
    case 'visit':
    case 'download':
    case 'login':
      return { stream: 'website-activity', record: website(happening, eventId) }
    case 'email':
      return { stream: 'email-activity', record: email(happening, eventId) }
    case 'event':
      return { stream: 'event-attendance', record: attendance(happening, eventId) }
    case 'purchase':
    case 'refund':
      return { stream: 'purchase', record: purchase(happening, eventId) }
    case 'community':
      return { stream: 'community-activity', record: community(happening, eventId) }
    case 'membership':
      return { stream: 'membership', record: membership(happening, eventId) }
    case 'outcome':
      return { stream: 'outreach-outcome', record: outcome(happening, eventId) }
    case 'bad':
      return { stream: 'purchase', record: bad(happening.flaw, happening.at, eventId) }
  }
}

function website(happening: Of<'visit' | 'download' | 'login'>, eventId: string): WebsiteActivityV1Input {
  const { kind } = happening
  const type = ({ visit: 'page_viewed', download: 'content_downloaded', login: 'signed_in' } as const)[kind]
  const path = kind === 'login' ? '/login' : happening.path
  return {
    ...envelope(happening, eventId, 'website'),
    type,
    url: `${SITE}${path}`,
    userAgent: kind === 'visit' && happening.agent === 'crawler' ? CRAWLER : BROWSER,
    ...(kind === 'download' && { contentId: path.slice(1) }),
  }
}

function email(happening: Of<'email'>, eventId: string): EmailActivityV1Input {
  const { what, campaign, sentAt, by } = happening
  return {
    ...envelope(happening, eventId, 'newsletter'),
    type: what,
    campaignId: campaign,
    listId: 'members',
    deliveredAt: sentAt,
    userAgent: by === 'machine' ? PREFETCHER : BROWSER,
    ...(what === 'unsubscribed' && { purpose: 'marketing' }),
    ...(what === 'bounced' && { bounceKind: 'soft' }),
    ...(what === 'clicked' && { linkUrl: `${SITE}/events`, method: 'GET' }),
    ...(what === 'clicked' && by === 'machine' && { linksFollowedTogether: 6 }),
  }
}

function attendance(happening: Of<'event'>, eventId: string): EventAttendanceV1Input {
  return {
    ...envelope(happening, eventId, 'eventdesk'),
    type: happening.what,
    event: happening.event,
    title: happening.name,
    startsAt: happening.startsAt,
    format: happening.online ? 'hybrid' : 'in_person',
    role: 'attendee',
  }
}

function purchase(happening: Of<'purchase' | 'refund'>, eventId: string): PurchaseV1Input {
  return {
    ...envelope(happening, eventId, 'shop'),
    type: happening.kind === 'purchase' ? 'order_completed' : 'order_refunded',
    orderId: happening.order,
    value: happening.amount,
    currency: CURRENCY,
    category: happening.sku.startsWith('COURSE') ? 'course' : 'publication',
    quantity: 1,
  }
}

const COMMUNITY_TYPES = {
  posted: 'post',
  replied: 'reply_given',
  'reply-received': 'reply_received',
  reacted: 'reaction_given',
  'reaction-received': 'reaction_received',
  volunteered: 'volunteered',
  committee: 'committee_joined',
  mentored: 'mentoring',
  referred: 'referral',
} as const

function community(happening: Of<'community'>, eventId: string): CommunityActivityV1Input {
  const gives = happening.what === 'volunteered' || happening.what === 'mentored'
  return {
    ...envelope(happening, eventId, 'forum'),
    type: COMMUNITY_TYPES[happening.what],
    community: 'members',
    threadId: happening.topic,
    counterpart: happening.other ?? null,
    hours: gives ? 2 : null,
  }
}

const MEMBERSHIP_TYPES = {
  joined: 'joined',
  imported: 'renewed',
  renewed: 'renewed',
  lapsed: 'lapsed',
  'payment-failed': 'payment_failed',
  consent: 'consent_changed',
} as const

function membership(happening: Of<'membership'>, eventId: string): MembershipV1Input {
  const { change, person } = happening
  return {
    ...envelope(happening, eventId, 'member-database'),
    type: MEMBERSHIP_TYPES[change.what],
    ...term(change, person),
    ...profile(change, person),
  }
}

function term(change: MembershipChange, person: Person): Partial<MembershipV1Input> {
  if (!('termStart' in change)) return {}
  return {
    joinedAt: person.joinedAt,
    termStart: change.termStart,
    termEnd: change.termEnd,
    dues: person.tier.dues,
    currency: CURRENCY,
    autoRenew: person.autoRenew,
  }
}

function profile(change: MembershipChange, person: Person): Partial<MembershipV1Input> {
  if (change.what === 'consent') return { consent: { marketing: change.marketing } }
  if (change.what !== 'joined' && change.what !== 'imported') return {}
  return {
    tier: person.tier.name,
    chapter: person.chapter.name,
    timeZone: person.chapter.timeZone,
    consent: { marketing: person.marketing, service: true },
    emails: [person.email],
  }
}

function outcome(happening: Of<'outcome'>, eventId: string): OutreachOutcomeV2Input {
  return {
    ...envelope(happening, eventId, 'letters'),
    interventionId: `${happening.playbook}.${happening.who.memberId}.${happening.term}`,
    playbook: happening.playbook,
    step: 'letter',
    channel: 'post',
    outcome: happening.outcome,
  }
}

/** A record that Avro takes and the pipeline must not. */
function bad(flaw: Flaw, at: EpochMs, eventId: string): PurchaseV1Input {
  const who: Who = flaw === 'nobody' ? {} : { memberId: flaw === 'undefined-ids' ? 'undefined' : 'M-00001' }
  const goods = { order: `O-${eventId}`, sku: 'BOOK-FLORA', name: 'Pocket flora', amount: 24 }
  const sale = purchase({ kind: 'purchase', at, who, ...goods }, flaw === 'no-event-id' ? '' : eventId)
  if (flaw === 'negative-amount') return { ...sale, value: -24 }
  return flaw === 'unplanned' ? { ...sale, type: 'unknown' } : sale
}

function envelope(happening: Readonly<{ at: EpochMs; who: Who }>, eventId: string, source: string) {
  const { memberId, email: address, anonymousId, attendeeId } = happening.who
  const externalIds = attendeeId === undefined ? [] : [{ system: 'eventdesk', id: attendeeId }]
  return {
    eventId,
    occurredAt: happening.at,
    sentAt: happening.at,
    member: { memberId, email: address, anonymousId, externalIds },
    source,
  }
}
