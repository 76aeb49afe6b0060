import { FIRST_FEATURE, type Compiled } from './compiled.ts'
import type { EngagementScale, Model } from './model.ts'

/** The engagement sums at the percentiles 0, 5, … 100 of members: what a model file stores. */
export function percentileTable(sums: readonly number[]): readonly number[] {
  const sorted = sums.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  return Array.from({ length: 21 }, (_, k) => Math.round(at(k / 20) * 100) / 100)
}

/** Weight of each contribution's value in the engagement sum, in the order of `Compiled.values`. */
export function engagementWeights(model: Model): Float64Array {
  const weights = model.features.map(({ name }) => model.engagement.weights[name] ?? 0)
  return Float64Array.from([...new Array<number>(FIRST_FEATURE).fill(0), ...weights])
}

/** Σ weight · value of the last evaluation; unknown values add nothing. */
export function engagementSum({ values, unknown }: Compiled, weights: Float64Array): number {
  let sum = 0
  for (let k = FIRST_FEATURE; k < weights.length; k++) {
    if (unknown[k] === 0) sum += (weights[k] ?? 0) * (values[k] ?? 0)
  }
  return sum
}

/**
 * Where `sum` stands among what current members had, 0..100: the mid-rank in
 * the stored table, straight between its points. Equal neighbours (many
 * members without any activity) share the middle of their range.
 */
export function percentile({ percentiles: { values } }: Pick<EngagementScale, 'percentiles'>, sum: number): number {
  const last = values.length - 1
  let below = 0
  while (below <= last && (values[below] ?? 0) < sum) below++
  if (below > last) return 100
  let above = last
  while (above >= 0 && (values[above] ?? 0) > sum) above--
  if (above < 0) return 0
  if (above >= below) return (50 * (below + above)) / last
  const from = values[above] ?? 0
  return (100 * (above + (sum - from) / ((values[below] ?? 0) - from))) / last
}
