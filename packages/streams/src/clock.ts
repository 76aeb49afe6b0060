import { DAY_MS, type EpochMs } from '@perennial/member'

/** 1980-01-01. No association's events are older, but times in seconds are: all of them read as January 1970. */
export const EARLIEST_MS: EpochMs = 315_532_800_000

/** A clock that runs further ahead than this did not date `occurredAt` as well, unless that lies in the future too. */
const LARGEST_SKEW_MS = DAY_MS

/**
 * When a fact happened, by our clock.
 *
 * A record sent later than it arrived was dated by a clock that runs ahead; both of its times are set
 * back by the difference: at = receivedAt − (sentAt − occurredAt). A record sent earlier than it arrived
 * says nothing about the clock (it waited, or is history that is replayed), so it is left alone.
 * What still lies further ahead than `maxFutureMs` is cut there: a fact dated 2099 would outshine all others.
 */
export function correctedTime(occurredAt: EpochMs, sentAt: EpochMs, receivedAt: EpochMs, maxFutureMs: number): EpochMs {
  const latest = receivedAt + maxFutureMs
  const ahead = sentAt - receivedAt
  const bothAhead = occurredAt > receivedAt || ahead <= LARGEST_SKEW_MS
  const at = ahead > 0 && bothAhead ? occurredAt - ahead : occurredAt
  return Math.min(at < EARLIEST_MS ? occurredAt : at, latest)
}
