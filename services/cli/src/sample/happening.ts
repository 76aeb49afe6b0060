import type { EpochMs } from '@perennial/member'
import type { Person } from './person.ts'

/** How a source system refers to a person. Each system knows people in its own way. */
export type Who = Readonly<{
  memberId?: string
  email?: string
  anonymousId?: string
  /** Their number in the event organisers' system. */
  attendeeId?: string
}>

/** Something that happens in the simulation, before it is given the form of its stream's schema. */
export type Happening = Readonly<{ at: EpochMs; who: Who }> & What

export type What =
  | Readonly<{ kind: 'visit'; path: string; agent: 'person' | 'crawler' }>
  | Readonly<{ kind: 'download'; path: string }>
  | Readonly<{ kind: 'login' }>
  | Readonly<{
      kind: 'email'
      what: 'delivered' | 'opened' | 'clicked' | 'bounced' | 'unsubscribed'
      campaign: string
      by: 'person' | 'machine'
      sentAt: EpochMs
    }>
  | Readonly<{
      kind: 'event'
      what: 'registered' | 'attended' | 'missed' | 'cancelled'
      event: string
      name: string
      startsAt: EpochMs
      online: boolean
    }>
  | Readonly<{ kind: 'purchase'; order: string; sku: string; name: string; amount: number }>
  | Readonly<{ kind: 'refund'; order: string; sku: string; name: string; amount: number }>
  | Readonly<{ kind: 'community'; what: CommunityAct; topic: string; other?: string }>
  | Readonly<{ kind: 'membership'; change: MembershipChange; person: Person }>
  | Readonly<{
      kind: 'outcome'
      outcome: 'delivered' | 'failed' | 'bounced' | 'replied'
      playbook: string
      term: string
    }>
  | Readonly<{ kind: 'bad'; flaw: Flaw }>

export type CommunityAct =
  | 'posted'
  | 'replied'
  | 'reply-received'
  | 'reacted'
  | 'reaction-received'
  | 'volunteered'
  | 'committee'
  | 'mentored'
  | 'referred'

export type MembershipChange =
  | Readonly<{ what: 'joined' | 'imported' | 'renewed'; termStart: EpochMs; termEnd: EpochMs }>
  | Readonly<{ what: 'lapsed' | 'payment-failed' }>
  | Readonly<{ what: 'consent'; marketing: boolean }>

/** Records that are wrong on purpose, so that dead letters can be seen. */
export const FLAWS = ['nobody', 'no-event-id', 'unplanned', 'undefined-ids', 'negative-amount'] as const
export type Flaw = (typeof FLAWS)[number]
