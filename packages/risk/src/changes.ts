import type { Score } from './score.ts'

export type Change = Readonly<{
  feature: string
  /** Values of the feature; undefined where a model does not have it or it was unknown. */
  before: number | undefined
  after: number | undefined
  /** Log-odds, signed. */
  change: number
}>

export type Changes = Readonly<{
  riskBefore: number
  riskAfter: number
  /** after.logit − before.logit; the sum of `parts`, to the last bit. */
  difference: number
  /** Largest first; features that did not move are left out. */
  parts: readonly Change[]
}>

/**
 * What moved a score. Also between two models: a feature that only one of them
 * has counts in full. Exact because contributions are multiples of one grain.
 */
export function changes(before: Score, after: Score): Changes {
  const old = new Map(before.contributions.map((part) => [part.feature, part]))
  const fresh = new Map(after.contributions.map((part) => [part.feature, part]))
  const parts = [...new Set([...old.keys(), ...fresh.keys()])].map((feature) => {
    const was = old.get(feature)
    const is = fresh.get(feature)
    return {
      feature,
      before: was?.known === true ? was.value : undefined,
      after: is?.known === true ? is.value : undefined,
      change: (is?.contribution ?? 0) - (was?.contribution ?? 0),
    }
  })
  return {
    riskBefore: before.lapseRisk,
    riskAfter: after.lapseRisk,
    difference: after.logit - before.logit,
    parts: parts.filter(({ change }) => change !== 0).toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change)),
  }
}
