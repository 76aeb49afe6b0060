import type { EpochMs } from '@perennial/member'
import type { MemberState } from '../member-state.ts'
import type { KillSwitch, Playbook, Policy, Step } from '../playbook.ts'

/** Why a contact is held back. Metric label and ledger entry: stable, and free of anything about a person. */
export type HoldReason =
  | 'erased'
  | 'member-unknown'
  | 'member-status'
  | 'do-not-profile'
  | 'auto-renew'
  | 'segment'
  | 'replay'
  | 'stale'
  | 'superseded'
  | 'renewed'
  | 'stopped'
  | 'acknowledged'
  | 'no-consent'
  | 'already-contacted'
  | 're-entry'
  | 'cap'
  | 'no-reply'
  | 'open-complaint'
  | 'contacted-elsewhere'
  | 'quiet-past-expiry'
  | 'alert-budget'
  | 'play-limit'
  | 'playbook-off'
  | 'kill-switch'
  | 'holdout'

/** What the contact is about, fixed when it was decided. */
export type Cause = Readonly<{
  interventionId: string
  memberId: string
  riskVersion: number
  /** 0: no term known. */
  termEnd: EpochMs
  /** Where the cause is a state of the member: since when it has been there. */
  dueAt?: EpochMs
  /** From here on a contact for this cause makes no sense any more. */
  expiresAt: EpochMs
  replay: boolean
  /** At the moment of sending: when it was decided. */
  decidedAt?: EpochMs
}>

/** What the ledger knows of a contact key. */
export type KnownContact = Readonly<{
  state: 'pending' | 'sending' | 'sent' | 'failed' | 'superseded' | 'displaced'
  /** The decision that holds the key. */
  interventionId: string
}>

/** Another contact about the same member, and what is known of it. */
export type OtherContact = Readonly<{
  at: EpochMs
  playbook: string
  step: string
  purpose?: string
  channel?: string
  priority?: number
  /** It waits: nothing of it has gone out. */
  pending: boolean
}>

/** Why a quota holds a contact back. */
export type QuotaReason = Extract<HoldReason, 'alert-budget' | 'play-limit'>

/** A bound on contacts over all members; see `quotasFor`. */
export type QuotaInForce = Readonly<{
  name: string
  reason: QuotaReason
  most: number
  withinMs: number
  worth?: number
}>

export type GateInput = Readonly<{
  playbook: Playbook
  step: Step
  /** The one it is to go through; at the moment of sending the one that it really will. */
  channel: string
  /** The member asked for erasure, and it is done or under way. */
  erased: boolean
  policy: Policy
  cause: Cause
  kill: KillSwitch
  now: EpochMs
  /**
   * When it could go out at the earliest; when what other teams sent lies far enough back; and when it will, past the
   * quiet hours.
   */
  earliestAt: EpochMs
  freeAt: EpochMs
  plannedAt: EpochMs
  /** Undefined: nothing is known of this member. */
  member: MemberState | undefined
  /** Of an escalation, at the moment of sending: somebody has taken up the alert before it, or there is none. */
  answered?: boolean | undefined
  /** What is on record under this contact key. */
  contact: KnownContact | undefined
  /** Others that were, or are planned to be, made with the same audience about this member, by time. */
  otherContacts: readonly OtherContact[]
  /**
   * The quotas that it needs a place in: how many places others have taken within the window, how many weightier ones
   * asked, and whether it has one already.
   */
  quotas: readonly (QuotaInForce & Readonly<{ taken: number; above: number; mine: boolean }>)[]
}>

export type GateResult =
  | Readonly<{ answer: 'pass' }>
  | Readonly<{ answer: 'hold'; reason: HoldReason }>
  | Readonly<{ answer: 'delay'; until: EpochMs }>

/** One question. A gate reads no clock and knows no other gate; it is asked on deciding, and again on sending. */
export type Gate = (input: GateInput) => GateResult

export const PASS: GateResult = { answer: 'pass' }

export function hold(reason: HoldReason): GateResult {
  return { answer: 'hold', reason }
}
