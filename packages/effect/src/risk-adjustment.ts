import type { ArmSums, Tally } from './tally.ts'

/** What the risk before changes in a difference of success rates, and what is then left of its variance, 0..1. */
export type Adjustment = Readonly<{ shift: number; varianceLeft: number }>

export const NO_ADJUSTMENT: Adjustment = { shift: 0, varianceLeft: 1 }

/** So many successes, and failures, each arm must have: fewer tell nothing of a slope or a variance. */
const FEWEST = 5

/**
 * One common slope of success on the risk before, from within the arms, is taken out of both (CUPED: Deng, Xu, Kohavi &
 * Walker, WSDM 2013; as a regression: analysis of covariance). Since chance and not the risk settled the arms, the
 * difference stays right whatever the score is worth. No adjustment where that would not narrow the interval.
 */
export function riskAdjustment({ treated, control }: Tally): Adjustment {
  if ([treated, control].some(({ members, successes }) => Math.min(successes, members - successes) < FEWEST))
    return NO_ADJUSTMENT
  const centre = (treated.risk + control.risk) / (treated.scored + control.scored)
  const [a, b] = [centred(treated, centre), centred(control, centre)]
  const spread = a.spread + b.spread
  if (!(spread > 0)) return NO_ADJUSTMENT
  const slope = (a.common + b.common) / spread
  const drift = a.mean - b.mean
  const [va, vb] = [squaredError(a, slope), squaredError(b, slope)]
  // The slope is estimated: its error counts as far as the arms differ in risk, by chance.
  const ofSlope = (drift ** 2 * (va * a.members + vb * b.members)) / (2 * spread)
  const varianceLeft = (va + vb + ofSlope) / (squaredError(a, 0) + squaredError(b, 0))
  return varianceLeft < 1 ? { shift: -slope * drift, varianceLeft } : NO_ADJUSTMENT
}

type Centred = Readonly<{
  members: number
  /** Mean of the risk minus the centre; who has no risk counts as at the centre. */
  mean: number
  /** Sums about the arm's own means: of squares of the risk, of its products with success, of squares of success. */
  spread: number
  common: number
  variation: number
}>

function centred({ members, successes, scored, ...sums }: ArmSums, centre: number): Centred {
  const total = sums.risk - scored * centre
  const squares = sums.riskSquared - 2 * centre * sums.risk + scored * centre ** 2
  const products = sums.riskOfSuccesses - centre * sums.scoredSuccesses
  return {
    members,
    mean: total / members,
    spread: squares - total ** 2 / members,
    common: products - (total * successes) / members,
    variation: successes - successes ** 2 / members,
  }
}

/** Squared error of the arm's mean of what the slope leaves. */
function squaredError({ members, variation, common, spread }: Centred, slope: number): number {
  return (variation - 2 * slope * common + slope ** 2 * spread) / (members - 1) / members
}
