import type { Group, Interval } from './rate-difference.ts'

/** All that may go wrong over all looks together. */
const ALPHA = 0.05

/**
 * Effects of about this size are found soonest, in standard deviations of the goal: ten points where 80 % reach it. The
 * interval is right for all. Half of it would spare large groups some 8 % of the members they need, and ask a quarter
 * more of small ones, who can only see large effects.
 */
const EXPECTED_EFFECT = 0.25

/** Steps of bisection: for the ends of the interval 1e-6, for a rate 1e-9, which 10 million members cannot tell from exact. */
const HALVINGS = { end: 20, rate: 30 }

/**
 * How many errors on either side hold 95 % however often, and for whatever reason, one looks: a confidence sequence from
 * a normal mixture (Robbins, Annals of Mathematical Statistics 41, 1970; with estimated variances Waudby-Smith, Arbour,
 * Sinha, Kennedy & Ramdas, Annals of Statistics 52, 2024): √((1 + 1/r) ln((1 + r) / α²)) with
 * r = expected effect² · members. `members` is of one group that would tell as much: 1 ÷ (1 / treated + 1 / control).
 */
export function anyTimeReach(members: number): number {
  const r = EXPECTED_EFFECT ** 2 * members
  return Math.sqrt((1 + 1 / r) * Math.log((1 + r) / ALPHA ** 2))
}

/**
 * The interval for looking every week: all differences whose likelihood ratio against the best is within that reach.
 * Distances are those of the likelihood and not difference ÷ estimated error, which calls a few lucky members of a small
 * control an effect. `varianceLeft`: of the variance, after an adjustment.
 */
export function anyTimeInterval(treated: Group, control: Group, varianceLeft = 1): Interval {
  const seen = treated.successes / treated.members - control.successes / control.members
  const holds = (difference: number) => holdsAnyTime(treated, control, { difference, varianceLeft })
  return { low: farthest(seen, -1, holds), high: farthest(seen, 1, holds) }
}

/** How far on the way from a place where something holds to one where it may not. */
function farthest(from: number, to: number, holds: (x: number) => boolean): number {
  let [inside, outside] = [from, to]
  for (let step = 0; step < HALVINGS.end; step++) {
    const middle = (inside + outside) / 2
    if (holds(middle)) inside = middle
    else outside = middle
  }
  return inside
}

/** Whether the interval holds this difference. */
export function holdsAnyTime(
  treated: Group,
  control: Group,
  { difference, varianceLeft = 1 }: Readonly<{ difference: number; varianceLeft?: number }>,
): boolean {
  const rate = likeliestControlRate(treated, control, difference)
  const distance = 2 * (lost(treated, rate + difference) + lost(control, rate))
  const members = 1 / (1 / treated.members + 1 / control.members)
  return distance / varianceLeft <= anyTimeReach(members / varianceLeft) ** 2
}

/** The control's rate that fits best where the treated rate is higher by `difference`. The likelihood has one summit. */
function likeliestControlRate(treated: Group, control: Group, difference: number): number {
  let [low, high] = [Math.max(0, -difference), Math.min(1, 1 - difference)]
  for (let step = 0; step < HALVINGS.rate; step++) {
    const middle = (low + high) / 2
    if (slopeOf(treated, middle + difference) + slopeOf(control, middle) > 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Of the logarithm of the likelihood. */
function slopeOf({ members, successes }: Group, rate: number): number {
  return (successes - members * rate) / (rate * (1 - rate))
}

/** How much less likely than at the rate that was seen, as a logarithm. */
function lost({ members, successes }: Group, rate: number): number {
  const failures = members - successes
  return part(successes, members * rate) + part(failures, members * (1 - rate))
}

function part(seen: number, expected: number): number {
  return seen === 0 ? 0 : seen * Math.log(seen / expected)
}
