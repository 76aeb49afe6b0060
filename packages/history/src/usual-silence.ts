import { DAY_MS, type EpochMs } from '@perennial/member'

/** How far back is looked for what is usual. */
const LOOKED_AT_DAYS = 3 * 365 + 1

/** Shorter silences, such as of a weekend, are no reason to wait for more than the end of a day. */
const LEAST_DAYS = 7

/**
 * How long it is usual that nobody does anything at all: the longest time without activity that came about twice in the
 * three years before `until`, or a day if that is under a week. So long after its last activity a history may still be whole: that of
 * givers who all give in June has nothing after June.
 */
export function usualSilence(times: Float64Array, until: EpochMs): number {
  const lastDay = Math.floor(until / DAY_MS)
  const busy = new Uint8Array(LOOKED_AT_DAYS + 1)
  for (const at of times) {
    const ago = lastDay - Math.floor(at / DAY_MS)
    if (ago <= LOOKED_AT_DAYS) busy[ago] = 1
  }
  const gaps: number[] = []
  for (let ago = 0, later = 0; ago < busy.length; ago++) {
    if (busy[ago] === 0) continue
    gaps.push(ago - later)
    later = ago
  }
  const [, second = 1] = gaps.toSorted((a, b) => b - a)
  return (second < LEAST_DAYS ? 1 : second) * DAY_MS
}
