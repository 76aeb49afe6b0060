/** Nobody is waited for longer than this. */
const MOST_MS = 24 * 3_600_000

/** What a `retry-after` header asks for, in ms: seconds, or a date. Undefined where it says nothing usable. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const text = header.trim()
  const seconds = /^\d{1,9}$/.test(text)
  // A date names its month in letters; Date.parse would make one of nearly anything.
  if (!seconds && !/[a-z]/i.test(text)) return undefined
  const ms = seconds ? Number(text) * 1_000 : Date.parse(text) - now
  return Number.isNaN(ms) ? undefined : Math.min(MOST_MS, Math.max(0, ms))
}
