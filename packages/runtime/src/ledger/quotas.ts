import type { EpochMs } from '@perennial/member'

/** At most `most` in any `withinMs`, over all members: of a play, or of the alerts of a colleague. */
export type Quota = Readonly<{
  /** Whose quota it is. */
  name: string
  most: number
  withinMs: number
  /** How much is at stake, 0 and up: where it is said, a place is only for those among the `most` weightiest of the window. */
  worth?: number
}>

/** How a quota stands for one who asks. */
export type QuotaState = Readonly<{
  /** Places that others have taken within the window. */
  taken: number
  /** How many with more at stake asked within the window, whether they got a place or not. */
  above: number
  /** It has a place already. */
  mine: boolean
}>

/** One contact, under the same id however often it asks. */
export type QuotaAsk = Readonly<{ id: string; at: EpochMs; quotas: readonly Quota[] }>

/** How many may pass, whoever they are about. Each call about one quota is one step: no window ever holds too many. */
export interface Quotas {
  /** Per ask, how each of its quotas stands, in their order. */
  view(asks: readonly QuotaAsk[]): Promise<(readonly QuotaState[])[]>
  /**
   * Takes a place in every quota of an ask, or in none; asks have their turn in order. Answers the name of the quota that
   * was full, undefined for who has their places. Who had them before keeps them.
   */
  claim(asks: readonly QuotaAsk[]): Promise<(string | undefined)[]>
}
