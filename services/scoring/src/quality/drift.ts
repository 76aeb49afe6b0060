import { featuresFor } from '@perennial/features'
import type { EpochMs, Rows } from '@perennial/member'
import type { Distribution, Model } from '@perennial/risk'

/** How far the members of today are from those a model learned from, in one feature. */
export type FeatureDrift = Readonly<{
  feature: string
  /** Population stability index: below 0.1 stable, above 0.25 shifted. */
  psi: number
}>

/** With fewer members, shares of ten bins are mostly chance. */
const LEAST_MEMBERS = 100

/** The drift of each feature at `at`, the largest first. Empty for a model that does not know what it learned from, or too few members. */
export function driftOf(model: Model, rows: Rows, count: number, at: EpochMs): FeatureDrift[] {
  if (model.kind !== 'trained' || count < LEAST_MEMBERS) return []
  const features = featuresFor(rows.vocabulary)
  return model.training.distributions
    .flatMap((then) => {
      const feature = features.named(then.feature)
      if (feature === undefined) return []
      const values = Array.from({ length: count }, (_, i) => feature.value(rows, i, at))
      return [{ feature: then.feature, psi: stability(then, values) }]
    })
    .toSorted((a, b) => b.psi - a.psi)
}

/**
 * Σ (now − then) · ln(now / then) over the bins of the training; the last is of unknown values. An empty bin counts as
 * half a member, where nothing else is known of a thousand.
 */
export function stability({ edges, shares }: Distribution, values: readonly (number | undefined)[]): number {
  const counts = new Float64Array(shares.length)
  for (const value of values) {
    const past = edges.filter(({ at, before }) => value !== undefined && (before ? value >= at : value > at)).length
    const bin = value === undefined ? shares.length - 1 : past
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  let sum = 0
  for (const [bin, then] of shares.entries()) {
    const now = (counts[bin] ?? 0) / values.length
    if (then === 0 && now === 0) continue
    const [old, fresh] = [Math.max(then, 0.5 / 1_000), Math.max(now, 0.5 / values.length)]
    sum += (fresh - old) * Math.log(fresh / old)
  }
  return sum
}
