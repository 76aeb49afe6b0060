import type { Features } from '@perennial/features'
import type { EpochMs } from '@perennial/member'
import { CALIBRATION } from './compiled.ts'
import type { RiskInterval } from './interval.ts'

export type Contribution = Readonly<{
  /** 'intercept', 'prior', the name of a feature, or 'calibration' where a broken line calibrates the model. */
  feature: string
  /** What the row says; the year of membership for the prior; the logit before it for the calibration; 0 where unknown. */
  value: number
  known: boolean
  /** Log-odds. A multiple of `CONTRIBUTION_GRAIN`, so that sums of them are exact in any order. */
  contribution: number
}>

/**
 * "Does not renew by `at`", or "no activity until `at`". Of the starter, the first where a term is running, which
 * then ends at `at`. Of a trained model, what it learned to foretell; not to renew is then to have left by `at`.
 */
export type Horizon = Readonly<{ kind: 'renewal' | 'activity'; at: EpochMs }>

export type Score = Readonly<{
  modelId: string
  /** The instant the score is for. */
  at: EpochMs
  /** 0..1, high is bad: probability of `horizon`. 1 for a member who has lapsed: that is no forecast any more. */
  lapseRisk: number
  /**
   * 90 %: how far the members that the model learned from settle the risk of this one. Not of the starter, which
   * learned from nobody, nor of a member who has lapsed; nor where a score is read from its numbers.
   */
  interval?: RiskInterval
  /** Log-odds; the sum of `contributions`, to the last bit. */
  logit: number
  contributions: readonly Contribution[]
  horizon: Horizon
  /** 0..100, high is good: percentile among current members. */
  engagementScore: number
  /** 0..1: how far the score rests on what was seen of the member. */
  confidence: number
  /** Per term, in the currency of the membership records; 0 = unknown. */
  dues: number
  /** dues × lapseRisk. */
  valueAtRisk: number
  /** Expected discounted terms still to come if the member renews now, this one included. */
  remainingTerms: number
  /** dues × lapseRisk × remainingTerms: what a lapse now would cost in the long run. */
  futureValueAtRisk: number
}>

export type Told = Pick<Contribution, 'feature' | 'value' | 'known'>

/** A contribution in plain words, without its number: "silent for 112 days". */
export function reason(features: Features, { feature, value, known }: Told): string {
  if (feature === 'intercept') return 'what the model starts from'
  if (feature === 'prior') return `year ${value} of membership: how many renew in that year`
  if (feature === CALIBRATION) return 'how many of those scored like this really lapsed'
  const found = features.named(feature)
  if (found === undefined) return feature
  return known ? found.explain(value) : (found.unknown ?? `${found.label} not known`)
}

/** Contributions that are not about the member. */
const NO_REASONS: ReadonlySet<string> = new Set(['intercept', 'prior', CALIBRATION])

/** The contributions that raise the risk most, largest first. Intercept, prior and calibration are not reasons. */
export function topReasons(contributions: readonly Contribution[], most = 3): readonly Contribution[] {
  return contributions
    .filter(({ feature, contribution }) => contribution > 0 && !NO_REASONS.has(feature))
    .toSorted((a, b) => b.contribution - a.contribution)
    .slice(0, most)
}
