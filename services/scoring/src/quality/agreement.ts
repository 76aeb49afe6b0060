import { rankCorrelation } from '@perennial/learning'
import type { Comparison } from '@perennial/runtime'

/** How far two models agree about the same members. */
export type Agreement = Readonly<{
  members: number
  /** Spearman's; undefined with fewer than three members, or where one side knows no differences. */
  rankCorrelation: number | undefined
  /** How many members would rise to a higher band, or fall to a lower one, with the other model. */
  wouldRise: number
  wouldFall: number
}>

export function agreementOf(comparisons: readonly Comparison[]): Agreement {
  const correlation =
    comparisons.length < 3
      ? Number.NaN
      : rankCorrelation(
          comparisons.map(({ current }) => current),
          comparisons.map(({ shadow }) => shadow),
        )
  return {
    members: comparisons.length,
    rankCorrelation: Number.isNaN(correlation) ? undefined : correlation,
    wouldRise: comparisons.filter(({ currentBand, shadowBand }) => shadowBand > currentBand).length,
    wouldFall: comparisons.filter(({ currentBand, shadowBand }) => shadowBand < currentBand).length,
  }
}
