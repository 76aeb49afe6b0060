import type { SubjectKey } from './subject.ts'
import type { EpochMs } from './time.ts'

/**
 * Where a fact came from. A partition of `member-activity` keeps the highest
 * position it has folded per (stream, partition) and drops what is not above it.
 */
export type Source = Readonly<{
  /** Stored number of the source stream, see `STREAM_CODES`. */
  stream: number
  partition: number
  offset: number
  /** One source record may make several facts: 0, 1, 2 … */
  index: number
}>

/** Stored numbers of the streams facts come from: never renumber, only append. */
export const STREAM_CODES = {
  'website-activity': 1,
  'email-activity': 2,
  'event-attendance': 3,
  purchase: 4,
  'community-activity': 5,
  membership: 6,
  'outreach-outcome': 7,
  'custom-activity': 8,
  /** Erasures: not counted by position, for each can be repeated. */
  erasure: 254,
  /** Facts that one scoring partition sends to another: alias sums and forwarded facts. */
  'member-activity': 255,
} as const

type Common = Readonly<{
  subject: SubjectKey
  source: Source
  /** 64-bit hash of the producer's event id, as two unsigned 32-bit halves. */
  idHi: number
  idLo: number
  at: EpochMs
}>

/** Something the member did. `trust` 0..1: how sure we are that a person did it. */
export type ActivityFact = Common & Readonly<{ kind: 'activity'; signal: number; amount: number; trust: number }>

/** What the member database says. Every part that is present replaces an older one. */
export type MembershipFact = Common & Readonly<{ kind: 'membership'; change: MembershipChange }>

/** The subject, an alias, belongs to `member`. */
export type LinkFact = Common & Readonly<{ kind: 'link'; member: SubjectKey }>

/** The subject, an alias, does not belong to `member` after all. */
export type UnlinkFact = Common & Readonly<{ kind: 'unlink'; member: SubjectKey }>

/** An alias row's sums, added to (`sign` 1) or taken from (`sign` -1) its member. `row` is an encoded row. */
export type TransferFact = Common & Readonly<{ kind: 'transfer'; sign: 1 | -1; row: Uint8Array }>

/** What became of our own outreach. Never engagement. */
export type OutcomeFact = Common &
  Readonly<{ kind: 'outcome'; outcome: 'delivered' | 'failed' | 'bounced' | 'replied' }>

/**
 * The subject is erased: its row goes, and no fact about it counts from here on in the log. With `readmits` facts dated
 * at or after this one count again; earlier ones never do.
 */
export type ErasureFact = Common & Readonly<{ kind: 'erasure'; readmits: boolean }>

export type Fact = ActivityFact | MembershipFact | LinkFact | UnlinkFact | TransferFact | OutcomeFact | ErasureFact

export type MembershipStatus = 'active' | 'lapsed'

export type MembershipChange = Readonly<{
  status?: MembershipStatus
  joinedAt?: EpochMs
  term?: Readonly<{ start: EpochMs; end: EpochMs }>
  /** Per term, in the currency of the membership records. */
  dues?: number
  /** This change is a renewal: one more completed term. */
  renewed?: boolean
  autoRenew?: boolean
  paymentFailed?: boolean
  tier?: string
  chapter?: string
  timeZone?: string
  /** Consent by purpose, for example `{ marketing: false }`. */
  consent?: Readonly<Record<string, boolean>>
}>
