import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@perennial/member'

/** The schedule that Standard Webhooks 1.0.0 recommends: ten attempts over some three days. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
]

/** Up to a fifth earlier or later, so that what failed together does not come back together. */
const JITTER = 0.2

/**
 * How long to wait after the `attempt`-th attempt (1 = the first) failed. What the receiver asked for (`afterMs`) is
 * never undercut. `chance` is from 0 to 1.
 */
export function retryDelay(
  delays: readonly number[],
  attempt: number,
  afterMs: number | undefined,
  chance: number,
): number {
  const scheduled = delays[Math.min(attempt, delays.length) - 1] ?? 0
  const jittered = Math.round(scheduled * (1 + JITTER * (2 * chance - 1)))
  return afterMs === undefined ? jittered : Math.max(jittered, Math.round(afterMs * (1 + JITTER * chance)))
}
