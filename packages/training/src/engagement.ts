import type { Table } from '@perennial/learning'
import type { EngagementScale } from '@perennial/risk'
import { count, day } from './words.ts'

/**
 * What engagement is, whatever a model makes of it: everything done lately, this season and this year, and in how many
 * ways. The same sum in every trained model, so that a score can be compared with last year's.
 */
export const ENGAGEMENT_WEIGHTS: Readonly<Record<string, number>> = {
  activity_30: 1,
  activity_90: 1,
  activity_365: 1,
  streams_365: 1,
}

const POINTS = 100

/** The percentile table of the members at one cut-off. */
export function engagementScale({ names, columns, n }: Table, cutoff: number): EngagementScale {
  const sums = new Float64Array(n)
  for (const [name, weight] of Object.entries(ENGAGEMENT_WEIGHTS)) {
    const column = columns[names.indexOf(name)] ?? new Float64Array(n)
    for (let i = 0; i < n; i++) {
      const value = column[i] ?? Number.NaN
      if (!Number.isNaN(value)) sums[i] = (sums[i] ?? 0) + weight * value
    }
  }
  sums.sort()
  const at = (share: number) => Math.round((sums[Math.round(share * (n - 1))] ?? 0) * 1e4) / 1e4
  return {
    weights: ENGAGEMENT_WEIGHTS,
    percentiles: {
      version: 1,
      source: `${count(n)} members at ${day(cutoff)}`,
      values: Array.from({ length: POINTS + 1 }, (_, k) => at(k / POINTS)),
    },
  }
}
