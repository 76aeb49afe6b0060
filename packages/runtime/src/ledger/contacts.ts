import type { EpochMs } from '@perennial/member'

/**
 * `pending`: a job is, or is about to be, under way. `sending`: handed to a channel at least once, so it may
 * have arrived. `superseded`: came to nothing before any attempt; `displaced`: so did it, for one of higher priority. Of
 * both the key is free again.
 */
export type ContactState = 'pending' | 'sending' | 'sent' | 'failed' | 'superseded' | 'displaced'

export type ContactAudience = 'team' | 'member'

/** At most `contacts` in any window of `withinMs`; counted are those of the purpose, the channel and the step named, or all. */
export type ContactCap = Readonly<{
  contacts: number
  withinMs: number
  purpose?: string
  channel?: string
  step?: Readonly<{ playbook: string; step: string }>
}>

/** Names one contact: nobody is contacted twice for the same member, term, playbook and step. */
export type ContactRef = Readonly<{
  memberId: string
  termId: string
  playbook: string
  step: string
  audience: ContactAudience
}>

/** What caps go by. Of a contact that an earlier release wrote it is not known: then every cap counts it. */
export type ContactTraits = Readonly<{
  purpose: string
  channel: string
  /** 0..100. Where room is short, one that waits gives way to one of higher priority; undefined: neither. */
  priority?: number
}>

export type Contact = Readonly<{
  state: ContactState
  /** The decision that holds the key. */
  interventionId: string
  /** How often the key was taken after it had come free: 0 for the first time. */
  attempt: number
  /** When it is planned for, or when it was last tried. */
  at: EpochMs
}>

/** Another contact of the same member: when it was, or is planned to be, made. */
export type OtherContact = Partial<ContactTraits> &
  Readonly<{
    at: EpochMs
    playbook: string
    step: string
    /** It waits: nothing of it has gone out. */
    pending: boolean
  }>

export type ContactView = Readonly<{
  contact: Contact | undefined
  /** Other contacts with the same audience, by time. */
  others: readonly OtherContact[]
}>

export type Reservation = Readonly<{
  ref: ContactRef
  interventionId: string
  plannedAt: EpochMs
  /** Undefined: not known. */
  traits?: ContactTraits | undefined
  caps: readonly ContactCap[]
  /** False: no cap ever counts it. */
  counted?: boolean
}>

/** `attempt` counts how often the key was taken; with it a job id is unique. */
export type Reserved =
  | Readonly<{ kind: 'reserved' | 'mine'; attempt: number }>
  /** Another decision holds the key. */
  | Readonly<{ kind: 'taken' }>
  | Readonly<{ kind: 'capped' }>

/**
 * Who was, is being, or is about to be contacted. Each call is one step: two
 * callers never both get the key, and no window of a cap is ever exceeded.
 * Where there is no room under a cap, contacts that wait and have a lower priority are displaced, the weakest and
 * latest first, and only as many as have to.
 */
export interface Contacts {
  view(refs: readonly ContactRef[]): Promise<ContactView[]>
  /** Takes keys, in order. A key this decision holds already is answered `mine`: a crash made it be asked for again. */
  reserve(reservations: readonly Reservation[]): Promise<Reserved[]>
  /**
   * Right before sending: still ours, and still within the caps when it goes out now? `sent`: it has gone out
   * before, only the rest of the work is left. `gone`: the key is not this decision's any more.
   */
  begin(reservation: Omit<Reservation, 'plannedAt'>, now: EpochMs): Promise<'begun' | 'sent' | 'gone' | 'capped'>
  /**
   * How it ended; answers the state the contact is in now. `superseded` after an attempt becomes `failed`, for
   * the attempt may have arrived: such a key does not come free again. A sent contact stays sent.
   */
  settle(
    ref: ContactRef,
    interventionId: string,
    state: 'sent' | 'failed' | 'superseded',
  ): Promise<ContactState | 'gone'>
  /** Every contact on record with, or about, the member, as (term|playbook|step, contact). */
  ofMember(memberId: string): Promise<readonly (readonly [key: string, contact: Contact])[]>
  /** Leaves nothing of the member; answers how many contacts there were. */
  forget(memberId: string): Promise<number>
}

/** Whether nothing of the contact went out and its key is free. */
export function isFree({ state }: Pick<Contact, 'state'>): boolean {
  return state === 'superseded' || state === 'displaced'
}
