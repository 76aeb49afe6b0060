import type { EpochMs, Fact, Vocabulary } from '@perennial/member'
import type { TrustRule } from './trust/trust.ts'

/** The names of a tracking plan's violations, as RudderStack and Segment use them. */
export type ViolationType =
  | 'Required-Missing'
  | 'Datatype-Mismatch'
  | 'Unplanned-Event'
  | 'Additional-Properties'
  | 'Unknown-Violation'

/** What is wrong with a record. `field` is a path such as `member.email`, empty for the record as a whole. */
export type Violation = Readonly<{ type: ViolationType; field: string; description: string }>

/** Why a record that is in order makes no fact. */
export type DropReason = 'no-signal' | 'unknown-signal' | 'own-outreach' | 'nothing-to-link'

/**
 * What a record of the member database says about an address of a member: that it is theirs, or that it is not.
 * Personal data: kept sealed or not at all, and never in a fact, a log or a metric.
 */
export type Mailbox = Readonly<{ memberId: string; address: string; at: EpochMs; theirs: boolean }>

export type Ok = Readonly<{
  kind: 'ok'
  facts: readonly Fact[]
  rule?: TrustRule | undefined
  /** Worked out for those who keep addresses, and for nobody else. */
  mailboxes?: () => readonly Mailbox[]
}>
export type Drop = Readonly<{ kind: 'drop'; reason: DropReason }>
/** `decode`: the bytes are not what their schema says, or the schema is not ours. `validate`: what they say cannot be used. */
export type Dead = Readonly<{ kind: 'dead'; stage: 'decode' | 'validate'; violation: Violation }>

/** What became of a record. Every outcome is expected, so every outcome is a value. */
export type Verdict = Ok | Drop | Dead

/** What a mapper knows besides the record. Everything in it follows from the log or the configuration. */
export type MapContext = Readonly<{
  /** When the record arrived in the log. */
  receivedAt: EpochMs
  source: Readonly<{ stream: number; partition: number; offset: number }>
  /** The deployment's keyed hash of a normalised address. */
  hashEmail(address: string): string
  hashId(eventId: string): Readonly<{ hi: number; lo: number }>
  /** How far in the future of its arrival a fact may lie, in milliseconds. */
  maxFutureMs: number
  /** The signals of the deployment. */
  vocabulary: Vocabulary
}>

export function dead(type: ViolationType, field: string, description: string): Dead {
  return { kind: 'dead', stage: 'validate', violation: { type, field, description } }
}

export function undecodable(type: ViolationType, field: string, description: string): Dead {
  return { kind: 'dead', stage: 'decode', violation: { type, field, description } }
}

export const NO_SIGNAL: Drop = { kind: 'drop', reason: 'no-signal' }
/** In order, but its deployment does not say what it counts as: it may name the signal and read the stream again. */
export const UNKNOWN_SIGNAL: Drop = { kind: 'drop', reason: 'unknown-signal' }
