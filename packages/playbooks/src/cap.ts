import type { EpochMs } from '@perennial/member'
import type { Cap } from './playbook.ts'

/**
 * Whether one more contact at `at` breaks the cap: some window of `withinMs`,
 * wherever it begins, would hold more than `contacts`. `others` may lie before
 * or after `at`, for contacts are also planned ahead.
 */
export function breaksCap(others: readonly EpochMs[], at: EpochMs, { contacts, withinMs }: Cap): boolean {
  const near = others.filter((time) => Math.abs(time - at) < withinMs)
  if (near.length < contacts) return false
  const times = [...near, at].sort((a, b) => a - b)
  return times.some((time, n) => (times[n + contacts] ?? Infinity) - time < withinMs)
}
