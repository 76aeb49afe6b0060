import type { EpochMs } from '@perennial/member'

/** A message to colleagues that is to go out. Names and ids only: what it says is made at the moment of sending. */
export type NoticeJob = Readonly<{
  /** Follows from what it is about, see `noticeId`: the same notice is the same job. Also the idempotency key of the channel. */
  id: string
  about:
    | Readonly<{ kind: 'alert' | 'recovery'; alertId: string }>
    | Readonly<{ kind: 'alert-digest' | 'role-digest'; name: string; period: string; from: EpochMs; dueAt: EpochMs }>
  expiresAt: EpochMs
}>

/** What a digest that went out told of last. */
export type Told = Readonly<{
  /** Names the period; later periods have greater names. */
  period: string
  /** What came after that is for the next one. */
  until: EpochMs
}>

/** Which digests went out. Knows no member: names of owners and roles. */
export interface Notices {
  /** Undefined: none yet. */
  last(name: string): Promise<Told | undefined>
  /** Never goes back: what was told for a later period stays. */
  told(name: string, told: Told): Promise<void>
}
