import { setTimeout as sleep } from 'node:timers/promises'

/** Waits `ms`, or less when `signal` aborts. Answers false when it was cut short. */
export async function pause(ms: number, signal?: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal })
    return true
  } catch {
    return false
  }
}

/** Exponential back-off with full jitter between half and the whole: `attempt` counts from 0. */
export function backOffMs(attempt: number, firstMs = 200, maxMs = 10_000): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 20))
  return ceiling / 2 + (Math.random() * ceiling) / 2
}

/** Waits for `work`, but no longer than `ms`; leaves no timer behind. */
export async function atMost(work: Promise<unknown>, ms: number): Promise<void> {
  const timer = new AbortController()
  await Promise.race([work, pause(ms, timer.signal)])
  timer.abort()
}
