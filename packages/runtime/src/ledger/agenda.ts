import type { EpochMs } from '@perennial/member'

/** A member and when to look at it. */
export type Appointment = Readonly<{ memberId: string; at: EpochMs }>

/** After a look: when to look again; undefined = not before something happens. */
export type Looked = Appointment & Readonly<{ next: EpochMs | undefined }>

/**
 * When plays must look at a member though nothing may have happened: dates come and silence grows without a fact. Its
 * cost follows what is due, never the number of members.
 */
export interface Agenda {
  /** To be looked at by `at`; an earlier appointment stays. */
  notice(partition: number, memberIds: readonly string[], at: EpochMs): Promise<void>
  /** Those due by `until`, earliest first. */
  due(partition: number, until: EpochMs, limit: number): Promise<Appointment[]>
  /** Without effect on who was noticed anew since: that appointment was not the one kept. */
  rearm(partition: number, looked: readonly Looked[]): Promise<void>
  size(): Promise<number>
  /** Answers how many had an appointment. */
  forget(partition: number, memberIds: readonly string[]): Promise<number>
  /** For which set of plays every member of the partition was put on the agenda. */
  filledFor(partition: number): Promise<string | undefined>
  markFilled(partition: number, plays: string): Promise<void>
}
