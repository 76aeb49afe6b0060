import type { EpochMs } from '@perennial/member'
import type { BandName } from '@perennial/risk'
import type { Owner } from './owner.ts'
import type { Segment } from './segment/segment.ts'
import type { StopCondition } from './stop-conditions.ts'
import type { Trigger } from './triggers/trigger.ts'

/**
 * Why the contact is made, which decides what it needs:
 * `internal` goes to the association's own people, `service` to the member as part of the membership,
 * `marketing` to the member and only with consent.
 */
export const PURPOSES = ['internal', 'service', 'marketing'] as const
export type Purpose = (typeof PURPOSES)[number]

/** Whom a contact reaches. Caps and quiet hours protect members; a colleague's inbox is not a member's. */
export type Audience = 'team' | 'member'

export const STATUSES = ['unknown', 'active', 'lapsed'] as const
export type Status = (typeof STATUSES)[number]

export const AUTO_RENEW = ['any', 'on', 'off'] as const
export type AutoRenewFilter = (typeof AUTO_RENEW)[number]

/**
 * At most `contacts` in every window of `withinMs`, wherever it begins. Those of one purpose, through one channel or of one
 * step count, and all of them where none is named.
 */
export type Cap = Readonly<{
  contacts: number
  withinMs: number
  purpose?: Purpose
  channel?: string
  step?: Readonly<{ playbook: string; step: string }>
}>

/** At most `contacts` in every window of `withinMs`, whoever they are about. */
export type Limit = Readonly<{ contacts: number; withinMs: number }>

/** Minutes after local midnight; `from` later than `to` spans midnight. */
export type QuietHours = Readonly<{ from: number; to: number }>

export type Step = Readonly<{
  name: string
  /** The channel it goes through, and the one to take where that one is not set up. */
  channel: string
  fallback?: string
  /** What it says, where the channel writes to the member. */
  template?: string
  /** Who is to act on it. */
  owner?: Owner
  /** How long after the cause; where a record of risk is the cause, after the decision. */
  delayMs: number
  /** How long after that it still makes sense; undefined: as long as the play. */
  expiryMs?: number
  /** For an alert: how long after it was opened it is to be done. Undefined: until it makes no sense any more. */
  dueMs?: number
  /** Made only where nobody has taken up the alert of this step: once, and under no cap. */
  escalates?: string
}>

/** Once a membership term, once for good, or whenever its cause arises anew, but after so long at the earliest. */
export type Reentry = 'perTerm' | 'never' | Readonly<{ afterMs: number }>

/** One play, as written in its file. */
export type Playbook = Readonly<{
  name: string
  title: string
  enabled: boolean
  purpose: Purpose
  /** 0..100. Where room under a cap is short, a contact that waits gives way to one of higher priority. */
  priority: number
  when: Trigger
  /** For whom; beside what a segment says, how sure the risk must be (0..1) where a record of risk is the cause. */
  for: Segment & Readonly<{ status: readonly Status[]; minConfidence: number }>
  steps: readonly Step[]
  /** What ends the play before its steps are through; asked at the moment of sending. */
  stopWhen?: readonly StopCondition[]
  /** When a member may enter it again. Undefined: once a term. */
  reentry?: Reentry
  /** How long after the cause a contact still makes sense. */
  expiryMs: number
  /** Stricter than the policy's, for this play. Counted over the contacts of all plays. */
  cap?: Cap
  /** Over all members, instead of the policy's: a brake. */
  limit?: Limit
  /** Instead of the policy's, for this play. */
  quietHours?: QuietHours
  /** Share of members who are held out of this play for comparison, 0..1; instead of the policy's. */
  holdout?: number
  /** What counts as success, and how long after the cause one can tell. */
  success: Success
}>

/** `renewed`: the term that ran then was followed by another. `active`: the member has done something with us since. */
export const GOALS = ['renewed', 'active'] as const
export type Goal = (typeof GOALS)[number]
export type Success = Readonly<{ goal: Goal; withinMs: number }>

/** Who is left without, so that it can be told what plays do. */
export type Holdout = Readonly<{
  /** Never changed: with another one everybody is drawn anew. */
  salt: string
  /** Of each play, where it does not say otherwise; 0..1. */
  share: number
  /** Of members who get no play at all; 0..1. */
  globalShare: number
}>

/** How complaints are known. */
export type Complaints = Readonly<{
  /** Names of signals. */
  opened: readonly string[]
  closed: readonly string[]
  /** How long one counts that nobody ever closes. */
  withinMs: number
}>

/** What holds for all plays. */
export type Policy = Readonly<{
  /** Over all plays, for contacts that reach the member. */
  cap: Cap
  /** Further caps, of one purpose or channel. */
  caps?: readonly Cap[]
  /** Undefined: none. */
  quietHours?: QuietHours
  /** Days on which nobody is written to, in the member's own time zone: `2026-12-25`, or `12-25` for every year. */
  holidays?: readonly string[]
  /** Over all members, of each play that does not say otherwise. Undefined: no limit. */
  limit?: Limit
  /** Alerts of an owner within 24 hours. Undefined: no bound. */
  alertBudget?: Readonly<{ perDay: number; owners?: Readonly<Record<string, number>> }>
  /** By purpose, how long after a contact by another team nothing is sent; nothing is waited for where a purpose is missing. */
  elsewhere?: Readonly<Partial<Record<Purpose, number>>>
  /** Undefined: by the built-in signals. */
  complaint?: Complaints
  /** Undefined: nobody is held out. */
  holdout?: Holdout
  /** For members whose own time zone is not known. */
  timeZone: string
}>

/** What the operator has switched off. */
export type KillSwitch = Readonly<{ all: boolean; playbooks: ReadonlySet<string>; channels: ReadonlySet<string> }>

/** What a play reads of a `member-risk` record. */
export type MemberRisk = Readonly<{
  memberId: string
  version: number
  asOf: EpochMs
  band: BandName
  previousBand: BandName | null
  lapseRisk: number
  previousRisk: number | null
  confidence: number
  status: Status
  termEnd: EpochMs | null
  joinedAt: EpochMs | null
  /** History was being replayed: to be shown, not to be acted on. */
  replay: boolean
}>

/** Where a play does not say: what belongs to the membership comes before what does not. */
export function usualPriority(purpose: Purpose): number {
  return { internal: 50, service: 60, marketing: 40 }[purpose]
}

export function audienceOf(purpose: Purpose): Audience {
  return purpose === 'internal' ? 'team' : 'member'
}
